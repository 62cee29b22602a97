//! IndexedDB as futures: open, read, and one transaction that is done only when the browser says it is complete.
//!
//! Values are JavaScript's own; what is in them (and that it is encrypted) is the business of the vault.
use super::error::StoreError;
use crate::api::in_time;
use js_sys::{Array, Function, Promise, Reflect};
use std::cell::{Cell, RefCell};
use std::rc::Rc;
use std::time::Duration;
use wasm_bindgen::{JsCast, JsValue, closure::Closure};
use wasm_bindgen_futures::JsFuture;
use web_sys::{
    DomException, IdbDatabase, IdbKeyRange, IdbRequest, IdbRequestReadyState, IdbTransaction, IdbTransactionMode,
};

/// An engine may forget to answer (WebKit has done so after an update); typing does not wait for ever.
const OPENING: Duration = Duration::from_secs(5);

/// The same for what is read, and for a transaction: it is broken off, so that it is either done or not, and said.
const COMPLETING: Duration = Duration::from_secs(15);

/// Encrypted records.
pub(super) const VAULT: &str = "vault";
/// Public records and the key.
pub(super) const OPEN: &str = "open";

/// One change of a transaction.
pub(super) enum Change {
    Put {
        store: &'static str,
        key: String,
        value: JsValue,
    },
    /// Fails if there is one with that key already.
    Add {
        store: &'static str,
        key: String,
        value: JsValue,
    },
    Delete {
        store: &'static str,
        key: String,
    },
    /// Nothing is changed unless this record still lies there as it was read; `None`: unless there is none.
    Expect {
        store: &'static str,
        key: String,
        value: Option<JsValue>,
    },
    /// Nothing is changed once this is false: asked anew each time that it is tried.
    While(Rc<dyn Fn() -> bool>),
}

/// A connection. When the browser closes it ("connection lost", another tab upgrading), the next use opens it again.
#[derive(Clone)]
pub(super) struct Idb {
    name: String,
    open: Rc<RefCell<Option<IdbDatabase>>>,
    /// Opened since `is_known`: what lies there may be another's, or nothing.
    anew: Rc<Cell<bool>>,
}

impl Idb {
    pub(super) async fn open(name: &str) -> Result<Self, StoreError> {
        let idb = Self { name: name.to_owned(), open: Rc::default(), anew: Rc::default() };
        let database = idb.database().await?;
        let stores = Array::of1(&VAULT.into());
        if begin(&database, &stores, IdbTransactionMode::Readonly, false).is_err_and(|why| is_without_stores(&why)) {
            // Left by whoever opened it without making them: nothing can lie there.
            idb.erase().await?;
            idb.database().await?;
        }
        Ok(idb)
    }

    async fn database(&self) -> Result<IdbDatabase, StoreError> {
        if let Some(database) = self.open.borrow().clone() {
            return Ok(database);
        }
        let factory =
            web_sys::window().and_then(|window| window.indexed_db().ok().flatten()).ok_or(StoreError::Disabled)?;
        let request = factory.open_with_u32(&self.name, 1).map_err(|why| StoreError::from_js(&why))?;
        let upgrade = {
            let request = request.clone();
            Closure::once(move || {
                let Ok(result) = request.result() else { return };
                let database: IdbDatabase = result.unchecked_into();
                for store in [VAULT, OPEN] {
                    // A store that cannot be made shows at its first use.
                    drop(database.create_object_store(store));
                }
            })
        };
        request.set_onupgradeneeded(Some(upgrade.as_ref().unchecked_ref()));
        let Some(opened) = in_time(OPENING, finished(request.as_ref())).await else {
            // Should it open after all, it must not stand in the way of whoever erases it.
            let late = request.clone();
            let close = Closure::once_into_js(move || {
                if let Ok(database) = late.result() {
                    database.unchecked_into::<IdbDatabase>().close();
                }
            });
            request.set_onsuccess(Some(close.unchecked_ref()));
            return Err(StoreError::Closed);
        };
        let database: IdbDatabase = opened?.unchecked_into();
        let forget = {
            let (open, database) = (Rc::downgrade(&self.open), database.clone());
            Closure::<dyn FnMut()>::new(move || {
                database.close();
                if let Some(open) = open.upgrade() {
                    open.borrow_mut().take();
                }
            })
        };
        // Closed by the system, or another tab wants to erase or upgrade: let go, and open again at the next use.
        database.set_onclose(Some(forget.as_ref().unchecked_ref()));
        database.set_onversionchange(Some(forget.as_ref().unchecked_ref()));
        forget.forget();
        self.anew.set(true);
        *self.open.borrow_mut() = Some(database.clone());
        Ok(database)
    }

    /// Whether it was opened anew since whoever uses it has looked at what lies there.
    pub(super) async fn is_unknown(&self) -> Result<bool, StoreError> {
        self.database().await?;
        Ok(self.anew.get())
    }

    pub(super) fn is_known(&self) {
        self.anew.set(false);
    }

    fn lost(&self) {
        if let Some(database) = self.open.borrow_mut().take() {
            database.close();
        }
    }

    /// A transaction; if the connection turns out to be dead it is opened once more.
    async fn transaction(
        &self,
        stores: &[&str],
        mode: IdbTransactionMode,
        strict: bool,
    ) -> Result<IdbTransaction, StoreError> {
        let names: Array = stores.iter().map(|name| JsValue::from_str(name)).collect();
        let begin = |database: &IdbDatabase| begin(database, &names, mode, strict);
        let database = self.database().await?;
        if let Ok(transaction) = begin(&database) {
            return Ok(transaction);
        }
        self.lost();
        let database = self.database().await?;
        begin(&database).map_err(|why| StoreError::from_js(&why))
    }

    pub(super) async fn get(&self, store: &'static str, key: &str) -> Result<Option<JsValue>, StoreError> {
        match self.get_once(store, key).await {
            Err(StoreError::Closed) => {
                self.lost();
                self.get_once(store, key).await
            }
            read => read,
        }
    }

    async fn get_once(&self, store: &'static str, key: &str) -> Result<Option<JsValue>, StoreError> {
        let transaction = self.transaction(&[store], IdbTransactionMode::Readonly, false).await?;
        let request = transaction
            .object_store(store)
            .and_then(|store| store.get(&JsValue::from_str(key)))
            .map_err(|why| StoreError::from_js(&why))?;
        let value = answered(&request).await?;
        Ok((!value.is_undefined()).then_some(value))
    }

    /// Whether there is a record whose key begins like this.
    pub(super) async fn holds(&self, store: &'static str, prefix: &str) -> Result<bool, StoreError> {
        let transaction = self.transaction(&[store], IdbTransactionMode::Readonly, false).await?;
        let asked = || {
            let range = IdbKeyRange::bound(&prefix.into(), &format!("{prefix}\u{ffff}").into())?;
            transaction.object_store(store)?.get_all_keys_with_key_and_limit(&range, 1)
        };
        let keys: Array = answered(&asked().map_err(|why| StoreError::from_js(&why))?).await?.unchecked_into();
        Ok(keys.length() > 0)
    }

    /// Every record whose key begins like this, with its key, in the order of the keys.
    pub(super) async fn all(&self, store: &'static str, prefix: &str) -> Result<Vec<(String, JsValue)>, StoreError> {
        let read = self.all_once(store, prefix).await;
        if read.is_ok() {
            return read;
        }
        self.lost();
        self.all_once(store, prefix).await
    }

    async fn all_once(&self, store: &'static str, prefix: &str) -> Result<Vec<(String, JsValue)>, StoreError> {
        let transaction = self.transaction(&[store], IdbTransactionMode::Readonly, false).await?;
        let asked = || {
            let range = IdbKeyRange::bound(&prefix.into(), &format!("{prefix}\u{ffff}").into())?;
            let store = transaction.object_store(store)?;
            Ok((store.get_all_keys_with_key(&range)?, store.get_all_with_key(&range)?))
        };
        let (keys, values) = asked().map_err(|why: JsValue| StoreError::from_js(&why))?;
        let keys: Array = answered(&keys).await?.unchecked_into();
        let values: Array = answered(&values).await?.unchecked_into();
        Ok(keys.iter().filter_map(|key| key.as_string()).zip(values.iter()).collect())
    }

    /// Makes all changes or none. Done means: the browser has completed the transaction, with `strict` also on the disk.
    pub(super) async fn change(&self, changes: &[Change], strict: bool) -> Result<(), StoreError> {
        if changes.is_empty() {
            return Ok(());
        }
        match self.change_once(changes, strict).await {
            Err(StoreError::Closed) => {
                // "Connection to Indexed Database server lost" (iOS): open again, once.
                self.lost();
                self.change_once(changes, strict).await
            }
            done => done,
        }
    }

    async fn change_once(&self, changes: &[Change], strict: bool) -> Result<(), StoreError> {
        let transaction = self.transaction(&[VAULT, OPEN], IdbTransactionMode::Readwrite, strict).await?;
        for change in changes {
            let Change::Expect { store, key, value } = change else { continue };
            let asked = transaction.object_store(store).and_then(|store| store.get(&JsValue::from_str(key)));
            let there = answered(&asked.map_err(|why| StoreError::from_js(&why))?).await;
            let is_so = there.map(|there| is_same(&there, value.as_ref().unwrap_or(&JsValue::UNDEFINED)));
            if is_so != Ok(true) {
                drop(transaction.abort());
                return is_so.and(Err(StoreError::Elsewhere));
            }
        }
        if changes.iter().any(|it| matches!(it, Change::While(is_so) if !is_so())) {
            drop(transaction.abort());
            return Err(StoreError::Elsewhere);
        }
        for change in changes {
            let made = match change {
                Change::Put { store, key, value } => transaction
                    .object_store(store)
                    .and_then(|store| store.put_with_key(value, &JsValue::from_str(key)))
                    .map(drop),
                Change::Add { store, key, value } => transaction
                    .object_store(store)
                    .and_then(|store| store.add_with_key(value, &JsValue::from_str(key)))
                    .map(drop),
                Change::Expect { .. } | Change::While(_) => Ok(()),
                Change::Delete { store, key } => {
                    transaction.object_store(store).and_then(|store| store.delete(&JsValue::from_str(key))).map(drop)
                }
            };
            if let Err(why) = made {
                // Not one change without the others.
                drop(transaction.abort());
                return Err(StoreError::from_js(&why));
            }
        }
        completed(&transaction).await
    }

    /// Removes the whole database.
    pub(super) async fn erase(&self) -> Result<(), StoreError> {
        self.lost();
        Self::remove(&self.name).await
    }

    /// The same where it could not be opened.
    pub(super) async fn remove(name: &str) -> Result<(), StoreError> {
        let factory =
            web_sys::window().and_then(|window| window.indexed_db().ok().flatten()).ok_or(StoreError::Disabled)?;
        let request = factory.delete_database(name).map_err(|why| StoreError::from_js(&why))?;
        in_time(OPENING, finished(request.as_ref())).await.unwrap_or(Err(StoreError::Closed)).map(drop)
    }
}

fn is_without_stores(why: &JsValue) -> bool {
    why.dyn_ref::<DomException>().is_some_and(|why| why.name() == "NotFoundError")
}

/// Begins a transaction; the durability option is not in all bindings, and old browsers ignore it.
fn begin(
    database: &IdbDatabase,
    stores: &Array,
    mode: IdbTransactionMode,
    strict: bool,
) -> Result<IdbTransaction, JsValue> {
    if !strict {
        return database.transaction_with_str_sequence_and_mode(stores, mode);
    }
    let options = js_sys::Object::new();
    Reflect::set(&options, &"durability".into(), &"strict".into())?;
    let transaction: Function = Reflect::get(database, &"transaction".into())?.dyn_into()?;
    transaction.call3(database, stores, &"readwrite".into(), &options)?.dyn_into()
}

/// Whether two records are the same one: each that is sealed has a nonce of its own.
pub(super) fn is_same(one: &JsValue, other: &JsValue) -> bool {
    let words = |value: &JsValue| js_sys::JSON::stringify(value).ok().and_then(|words| words.as_string());
    words(one) == words(other)
}

/// The result of a request.
async fn finished(request: &IdbRequest) -> Result<JsValue, StoreError> {
    if request.ready_state() == IdbRequestReadyState::Done {
        return request.result().map_err(|why| StoreError::from_js(&why));
    }
    let settled = Promise::new(&mut |resolve, reject| {
        request.set_onsuccess(Some(&resolve));
        request.set_onerror(Some(&reject));
    });
    match JsFuture::from(settled).await {
        Ok(_) => request.result().map_err(|why| StoreError::from_js(&why)),
        Err(event) => {
            // Else the browser aborts the transaction and reports an uncaught error to the page around us.
            if let Some(event) = event.dyn_ref::<web_sys::Event>() {
                event.prevent_default();
            }
            Err(StoreError::from_exception(request.error().ok().flatten().as_ref()))
        }
    }
}

/// The same inside of a transaction: an engine may forget to answer here too.
async fn answered(request: &IdbRequest) -> Result<JsValue, StoreError> {
    in_time(COMPLETING, finished(request)).await.unwrap_or(Err(StoreError::Closed))
}

async fn completed(transaction: &IdbTransaction) -> Result<(), StoreError> {
    let settled = Promise::new(&mut |resolve, reject| {
        transaction.set_oncomplete(Some(&resolve));
        transaction.set_onabort(Some(&reject));
    });
    let Some(settled) = in_time(COMPLETING, JsFuture::from(settled)).await else {
        // One that is over already cannot be broken off; then it is merely made once more.
        drop(transaction.abort());
        return Err(StoreError::Closed);
    };
    settled.map(drop).map_err(|_| StoreError::from_exception(transaction.error().as_ref()))
}

impl StoreError {
    pub(super) fn from_js(why: &JsValue) -> Self {
        Self::from_exception(why.dyn_ref::<DomException>())
    }

    pub(super) fn from_exception(why: Option<&DomException>) -> Self {
        match why.map(DomException::name).as_deref() {
            Some("QuotaExceededError") => Self::Full,
            Some("SecurityError" | "NotAllowedError" | "InvalidAccessError") => Self::Disabled,
            Some("DataCloneError") => Self::Private,
            Some("OperationError") => Self::Unreadable,
            Some(_) | None => Self::Closed,
        }
    }
}
