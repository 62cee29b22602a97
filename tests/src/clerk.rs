//! Somebody at the desk: reviews, examines and issues by clicking through its pages, in a browser of their own.
use crate::{house::House, person::Person};
use anyhow::Context;
use std::{ops::Deref, path::Path};

/// A clerk with the desk open.
pub struct Clerk<'a> {
    person: Person<'a>,
}

impl<'a> Deref for Clerk<'a> {
    type Target = Person<'a>;

    fn deref(&self) -> &Person<'a> {
        &self.person
    }
}

/// What is sent back: the item's label, the reason as the desk calls it, and words for the applicant.
pub struct SentBack<'a> {
    /// The label of the item.
    pub label: &'a str,
    /// The reason in the list.
    pub reason: &'a str,
    /// What the applicant will read.
    pub words: &'a str,
}

/// What an examination of somebody who handles food finds when nothing is wrong: item and result.
pub const NOTHING_WRONG: [(&str, Found); 12] = [
    ("既往病史", Found::Listed("未见异常")),
    ("心", Found::Listed("未见异常")),
    ("肺", Found::Listed("未见异常")),
    ("肝", Found::Listed("未见异常")),
    ("脾", Found::Listed("未见异常")),
    ("皮肤", Found::Listed("未见异常")),
    ("胸部 X 光", Found::Listed("未见异常")),
    ("丙氨酸氨基转移酶（ALT）", Found::Number("23")),
    ("甲肝抗体（IgM）", Found::Listed("阴性")),
    ("戊肝抗体（IgM）", Found::Listed("阴性")),
    ("痢疾杆菌培养", Found::Listed("阴性")),
    ("伤寒、副伤寒杆菌培养", Found::Listed("阴性")),
];

/// What a general examination of a healthy adult finds.
pub const MEASURED: [(&str, Found); 11] = [
    ("身高", Found::Number("170")),
    // Some write a comma for the point.
    ("体重", Found::Number("65,0")),
    ("收缩压", Found::Number("118")),
    ("舒张压", Found::Number("76")),
    ("心率", Found::Number("72")),
    ("裸眼远视力（右眼）", Found::Number("5.0")),
    ("裸眼远视力（左眼）", Found::Number("4.9")),
    ("听力（右耳，耳语）", Found::Listed("未见异常")),
    ("听力（左耳，耳语）", Found::Listed("听力下降")),
    ("心", Found::Listed("未见异常")),
    ("肺", Found::Listed("未见异常")),
];

/// One result, as it is entered.
#[derive(Clone, Copy)]
pub enum Found {
    /// An entry of the item's list.
    Listed(&'static str),
    /// A number, typed.
    Number(&'static str),
}

/// What happens while somebody sits at the desk. When it goes wrong, what their screen shows is kept.
pub async fn at_the_desk(
    house: &House,
    walk: impl AsyncFnOnce(&Clerk<'_>) -> anyhow::Result<()>,
) -> anyhow::Result<()> {
    let computer = house.computer().await?;
    let walked = walk(&Clerk { person: house.person(&computer) }).await;
    if walked.is_err() {
        let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../target/journeys/at-the-desk");
        computer.record(&folder, &house.engine.to_string()).await.ok();
    }
    computer.close(walked).await
}

impl Clerk<'_> {
    /// Opens somebody's application from the queue.
    pub async fn opens(&self, name: &str) -> anyhow::Result<()> {
        self.comes_in().await?;
        self.link(name).await?;
        self.finds("heading", name).await.map(drop)
    }

    /// The desk in Chinese, whatever the browser reads.
    async fn comes_in(&self) -> anyhow::Result<()> {
        self.goes_to("/desk/language/zh-CN").await
    }

    /// Opens the application of the person who shows this code.
    pub async fn finds_by_code(&self, code: &str) -> anyhow::Result<()> {
        self.comes_in().await?;
        self.fills("报到码", code).await?;
        self.button("找到这个人").await?;
        self.finds("button", "已到场").await.map(drop)
    }

    /// Presses the button of an act and waits until the act is done: its button is gone then.
    pub async fn does(&self, button: &str) -> anyhow::Result<()> {
        self.button(button).await?;
        self.waits(&format!("the end of {button:?}"), async || Ok(!self.has("button", button).await?)).await
    }

    /// Begins a review and accepts everything.
    pub async fn accepts(&self, name: &str) -> anyhow::Result<()> {
        self.opens(name).await?;
        self.does("开始审核").await?;
        self.does("全部通过").await
    }

    /// Marks one item, with reason and words, and sends it back by this button (which counts).
    pub async fn sends_back(&self, item: &SentBack<'_>, button: &str) -> anyhow::Result<()> {
        let SentBack { label, reason, words } = item;
        self.picks(label, "退回").await?;
        self.selects(&format!("原因：{label}"), reason).await?;
        self.fills(&format!("给申请人的话：{label}"), words).await?;
        self.does(button).await
    }

    /// Notes that the person came; asked because their visit is on another day, says that they are here.
    pub async fn takes_in(&self) -> anyhow::Result<()> {
        self.button("已到场").await?;
        let here_today = "人今天就在这里，记下";
        self.waits("the person to be taken in", async || {
            if self.has("button", here_today).await? {
                self.button(here_today).await?;
            }
            self.has("button", "保存结果").await
        })
        .await
    }

    async fn enters(&self, results: &[(&str, Found)]) -> anyhow::Result<()> {
        for (item, found) in results {
            match found {
                Found::Listed(entry) => self.selects(item, entry).await?,
                Found::Number(number) => self.fills(item, number).await?,
            }
        }
        Ok(())
    }

    /// Writes down results and saves them.
    pub async fn records(&self, results: &[(&str, Found)]) -> anyhow::Result<()> {
        self.enters(results).await?;
        self.button("保存结果").await?;
        let (item, _) = results.last().context("no results")?;
        // Drawn anew, the page has what was typed and says what follows from it.
        self.waits(&format!("{item} to be kept"), async || {
            let text = self.reads().await?;
            let missing =
                text.split("还没有结果的项目：").nth(1).and_then(|rest| rest.lines().next()).unwrap_or_default();
            Ok((text.contains("按结果建议") || !missing.is_empty()) && !missing.split('；').any(|it| it == *item))
        })
        .await
    }

    /// Writes down for each item that the report has it, and what it says there, and saves that.
    pub async fn checks_the_report(&self) -> anyhow::Result<()> {
        for (item, _) in NOTHING_WRONG {
            self.selects(&format!("报告里：{item}"), "报告里有").await?;
        }
        self.enters(&NOTHING_WRONG).await?;
        self.button("保存结果").await?;
        self.sees("按结果建议").await
    }
}
