fn main() {
    let rt = tokio::runtime::Builder::new_multi_thread().enable_all().build().unwrap();
    let client = rt.block_on(async {
        let (c, d) = tokio_postgres::connect("postgresql://routiq_owner@127.0.0.1/routiq_gen", tokio_postgres::NoTls).await.unwrap();
        tokio::spawn(d);
        c
    });
    let config = cornucopia::config::Config::from_file("sql/cornucopia.toml").unwrap();
    if let Err(e) = cornucopia::gen_live(&client, config) { eprintln!("{:?}", e); std::process::exit(1) }
}
