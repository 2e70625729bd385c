namespace Eip.Storage.Elasticsearch.Tests;

public sealed class ElasticsearchOptionsTests
{
    [Fact]
    public void Defaults_are_fine() => ElasticsearchOptionsValidator.Problems(new ElasticsearchOptions()).ShouldBeEmpty();

    [Fact]
    public void Each_setting_that_cannot_work_is_named()
    {
        var options = new ElasticsearchOptions
        {
            Nodes = [new Uri("ftp://somewhere")],
            ApiKey = "key",
            Username = "user",
            CertificateFingerprint = "123",
            CertificateAuthorityFile = "/no/such/file.pem",
            ShipmentsAlias = "Shipments",
            BulkBytes = 0,
            PageSize = 20_000,
            Pause = TimeSpan.Zero,
        };
        string told = Should.Throw<ArgumentException>(() => new ElasticsearchStore(options, new MemoryDeadLetters())).Message;
        foreach (string setting in (string[])["Nodes", "ApiKey", "Password", "CertificateFingerprint", "CertificateAuthorityFile", "ShipmentsAlias", "BulkBytes", "PageSize", "Pause"])
            told.ShouldContain(setting);
    }
}
