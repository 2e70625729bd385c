using System.Text;
using System.Text.Json;
using Eip.Simulator.Olist;

namespace Eip.Simulator.Tests.Olist;

public sealed class OlistReaderTests : IDisposable
{
    private readonly DataSetFixture data = new();

    public void Dispose() => data.Dispose();

    [Theory]
    [InlineData("x,c-mg,delivered,2018-01-01 10:00:00,,,", null, "7 columns where the header has 8")]
    [InlineData("x,c-mg,delivered,2018-01-01 10:00:00,,,,,", null, "9 columns where the header has 8")]
    [InlineData(",c-mg,delivered,2018-01-01 10:00:00,,,,", "order_id", "no order id")]
    [InlineData("a\tb,c-mg,delivered,2018-01-01 10:00:00,,,,", "order_id", "without control characters")]
    [InlineData("x,c-mg,delivered,,,,,", "order_purchase_timestamp", "no purchase time")]
    [InlineData("x,c-mg,delivered,2018-01-01,,,,", "order_purchase_timestamp", "'2018-01-01' is not a time")]
    [InlineData("x,c-mg,delivered,2018-01-01 10:00:00,2018-02-29 10:00:00,,,", "order_approved_at", "2018-02-29")]
    [InlineData("x,c-mg,delivered,2018-01-01 10:00:00,,2018-01-01 24:00:00,,", "order_delivered_carrier_date", "24:00:00")]
    [InlineData("x,c-mg,delivered,2018-01-01 10:00:00,,,2018-13-01 10:00:00,", "order_delivered_customer_date", "2018-13-01")]
    [InlineData("x,c-mg,delivered,2018-01-01 10:00:00,,,,soon", "order_estimated_delivery_date", "'soon'")]
    [InlineData("x,\"c-mg\"oops,delivered,2018-01-01 10:00:00,,,,", null, "quotes are broken")]
    [InlineData("x, \"c-mg\" ,delivered,2018-01-01 10:00:00,,,,", null, "a quote inside a field")]
    [InlineData("x, \"c-mg, \"delivered,2018-01-01 10:00:00,,,,", null, "a quote inside a field")]
    public void An_order_that_cannot_be_read_is_set_aside_and_the_run_goes_on(string line, string? field, string reason) =>
        IsSetAside(OlistFile.Orders, line, field, reason);

    [Theory]
    [InlineData(",1,p,s-sp,,1,1", "order_id", "no order id")]
    [InlineData("good,,p,s-rj,,1,1", "order_item_id", "no item id")]
    [InlineData("good,first,p,s-rj,,1,1", "order_item_id", "'first' is not a whole number")]
    [InlineData("good,1.5,p,s-rj,,1,1", "order_item_id", "'1.5' is not a whole number")]
    [InlineData("good,0", null, "2 columns where the header has 7")]
    public void An_item_that_cannot_be_read_is_set_aside_and_the_run_goes_on(string line, string? field, string reason) =>
        IsSetAside(OlistFile.Items, line, field, reason);

    [Theory]
    [InlineData("c-mg,u,1,city,mg", "customer_state", "'mg' is not a state")]
    [InlineData(",u,1,city,MG", "customer_id", "no customer id")]
    public void A_customer_that_cannot_be_read_is_set_aside_and_the_run_goes_on(string line, string? field, string reason) =>
        IsSetAside(OlistFile.Customers, line, field, reason);

    [Fact]
    public void A_seller_that_cannot_be_read_is_set_aside_and_the_run_goes_on() =>
        IsSetAside(OlistFile.Sellers, "s-sp,1,city,São Paulo", "seller_state", "'São Paulo' is not a state");

    [Fact]
    public void A_quote_that_is_never_closed_costs_one_row_and_not_the_rest_of_the_file()
    {
        data.Add(OlistFile.Orders, "bad,\"c-mg,delivered,2018-01-01 10:00:00,,,,").Order("b", "2018-01-02 10:00:00").Order("c", "2018-01-03 10:00:00");
        data.Events().Select(static e => e.OrderId.ToString()).ShouldBe(["b", "c"]);
        data.Rejects.Rows.ShouldHaveSingleItem().ShouldSatisfyAllConditions(
            static row => row.Line.ShouldBe(2), static row => row.Content.ShouldBe("bad,\"c-mg,delivered,2018-01-01 10:00:00,,,,"));
    }

    [Fact]
    public void Two_stray_quotes_do_not_swallow_the_rows_between_them()
    {
        data.Order("a", "2018-01-01 10:00:00", customer: "c-x").Order("b", "2018-01-02 10:00:00", customer: "c-y").Order("c", "2018-01-03 10:00:00", customer: "c-z")
            .Text(OlistFile.Customers, DataSetFixture.CustomersHeader + "\nc-w,u,1,\"city,MG\nc-x,u,1,city,MG\nc-y,u,1,\"city,MG\nc-z,u,1,city,BA\n");
        data.Events().Select(static e => e.CustomerRegion.Text).ShouldBe(["MG", null, "BA"]);
        data.Rejects.Rows.Select(static row => (row.Line, row.Content)).ShouldBe([(2, "c-w,u,1,\"city,MG"), (4, "c-y,u,1,\"city,MG")]);
    }

    [Fact]
    public void Quoted_fields_may_hold_commas_quotes_and_line_breaks()
    {
        data.Order("\"a\"", "2018-01-01 10:00:00", customer: "\"c-q\"").Order("b", "\"2018-01-02 10:00:00\"", customer: "c-r")
            .Add(OlistFile.Customers, "\"c-q\",\"u\",\"1\",\"a \"\"city\"\", far\naway\",\"ES\"").Customer("c-r", "TO");
        data.Events().Select(static e => (e.OrderId.ToString(), e.CustomerRegion.Text)).ShouldBe([("a", "ES"), ("b", "TO")]);
        data.Rejects.Rows.ShouldBeEmpty();
    }

    [Fact]
    public void A_byte_order_mark_carriage_returns_and_a_missing_last_line_break_change_nothing()
    {
        data.Order("a", "2018-01-01 10:00:00", "2018-01-01 11:00:00", estimated: "2018-02-01 00:00:00").Item("a").Order("b", "2018-01-02 10:00:00");
        var expected = data.Events();
        foreach (var file in OlistFile.Required)
        {
            string text = File.ReadAllText(data.PathOf(file)).Replace("\n", "\r\n", StringComparison.Ordinal).TrimEnd();
            File.WriteAllText(data.PathOf(file), text, new UTF8Encoding(encoderShouldEmitUTF8Identifier: true));
        }

        data.Read().Batches().SelectMany(static batch => batch.ToArray()).ShouldBe(expected);
        data.Rejects.Rows.ShouldBeEmpty();
    }

    [Fact]
    public void Columns_may_stand_in_any_order_and_further_ones_are_ignored()
    {
        data.Order("a", "2018-01-01 10:00:00", "2018-01-01 11:00:00")
            .Text(OlistFile.Items, "seller_id,note,order_item_id,order_id\ns-rj,x,1,a\n").Text(OlistFile.Sellers, "seller_state,seller_id\nRJ,s-rj\n");
        data.Events().ShouldAllBe(static e => e.SellerRegion.Text == "RJ");
    }

    [Fact]
    public void A_missing_file_ends_the_run_with_its_name()
    {
        data.Write();
        File.Delete(data.PathOf(OlistFile.Items));
        var error = Should.Throw<DataSetException>(data.Read);
        error.Message.ShouldContain("olist_order_items_dataset.csv");
        error.File.ShouldBe(data.PathOf(OlistFile.Items));
    }

    [Fact]
    public void A_missing_folder_ends_the_run_with_its_name() =>
        Should.Throw<DataSetException>(() => OlistReader.Read("no-such-folder", data.Rejects)).Message.ShouldContain("'no-such-folder' does not exist");

    [Theory]
    [InlineData("customer_id,customer_stat\n", "'customer_state' is missing")]
    [InlineData("", "'customer_id' is missing")]
    [InlineData("customer_id,customer_state,customer_state\n", "'customer_state' is there twice")]
    public void A_wrong_header_ends_the_run_with_its_name_before_any_row_is_read(string content, string message)
    {
        data.Order("", "").Text(OlistFile.Customers, content).Write();
        var error = Should.Throw<DataSetException>(data.Read);
        error.Message.ShouldContain(message);
        error.Message.ShouldContain("olist_customers_dataset.csv");
        error.Header.ShouldNotBeNull();
        data.Rejects.Rows.ShouldBeEmpty();
    }

    [Fact]
    public void Every_file_tells_how_many_rows_it_had_and_how_many_were_set_aside()
    {
        data.Order("a", "2018-01-01 10:00:00").Order("b", "never").Item("a");
        data.Write().Read().Files.ShouldBe(
        [
            new OlistFileCounts(OlistFile.Orders.Name, 2, 1), new OlistFileCounts(OlistFile.Items.Name, 1, 0),
            new OlistFileCounts(OlistFile.Customers.Name, 2, 0), new OlistFileCounts(OlistFile.Sellers.Name, 2, 0),
        ]);
    }

    [Fact]
    public void Reading_can_be_cancelled()
    {
        data.Write();
        using var cancelled = new CancellationTokenSource();
        cancelled.Cancel();
        for (int i = 0; i < 70_000; i++)
            data.Item("a");
        data.Write();
        Should.Throw<OperationCanceledException>(() => OlistReader.Read(data.Folder, data.Rejects, cancellationToken: cancelled.Token));
    }

    [Fact]
    public void Rejected_rows_become_json_lines_and_outlast_the_runs_after()
    {
        string path = Path.Combine(data.Folder, "home", "rejects.jsonl");
        using (var sink = new JsonLinesRejectSink(path))
        {
            sink.Add(new RejectedRow("orders.csv", 7, "order_id", "It has no order id.", ",\"São\",…"));
            sink.Add(new RejectedRow("items.csv", 9, null, "It has 2 columns where the header has 7.", "a,b"));
            sink.Count.ShouldBe(2);
        }

        var rows = File.ReadLines(path).Select(static line => JsonDocument.Parse(line).RootElement).ToArray();
        rows.Length.ShouldBe(2);
        rows[0].GetProperty("line").GetInt64().ShouldBe(7);
        rows[0].GetProperty("content").GetString().ShouldBe(",\"São\",…");
        rows[1].GetProperty("field").ValueKind.ShouldBe(JsonValueKind.Null);
        string text = File.ReadAllText(path);
        new JsonLinesRejectSink(path).Dispose();
        File.ReadAllText(path).ShouldBe(text);
        foreach (int run in new[] { 1, 2 })
        {
            using var next = new JsonLinesRejectSink(path);
            next.Add(new RejectedRow("orders.csv", run, null, "It is not UTF-8.", "\uFFFD") { Bytes = [0xE3] });
        }

        File.ReadAllText(path).ShouldContain("\"line\":2");
        File.ReadAllText(path).ShouldContain("\"bytes\":\"4w==\"");
        Directory.GetFiles(Path.GetDirectoryName(path)!, "rejects-*.jsonl").Select(File.ReadAllText).ShouldContain(text);
        Directory.GetFiles(Path.GetDirectoryName(path)!).Length.ShouldBe(3);
    }

    [Theory]
    [InlineData("x\u00e3,c-mg,delivered,2018-01-01 10:00:00,,,,", "order_id")]
    [InlineData("x,c-\u00e3,delivered,2018-01-01 10:00:00,,,,", "customer_id")]
    [InlineData("x,c-mg,\u00e3,2018-01-01 10:00:00,,,,", "order_status")]
    public void A_row_that_is_not_utf8_is_set_aside_with_its_bytes(string line, string field)
    {
        data.Order("good", "2018-01-01 10:00:00").Write();
        byte[] bytes = Encoding.Latin1.GetBytes(line);
        File.AppendAllBytes(data.PathOf(OlistFile.Orders), [.. bytes, (byte)'\n', .. "after,c-mg,delivered,2018-01-02 10:00:00,,,,\n"u8]);
        data.Read().OrderCount.ShouldBe(2);
        var row = data.Rejects.Rows.ShouldHaveSingleItem();
        row.Field.ShouldBe(field);
        row.Line.ShouldBe(3);
        row.Bytes.ShouldBe(bytes);
    }

    [Fact]
    public void Rows_that_repeat_their_order_are_counted_and_change_nothing()
    {
        string[] ids = [.. Enumerable.Range(0, 3_000).Select(static i => i % 3 == 0 ? $"order {i}" : $"{i:x32}")];
        foreach (string id in ids.Concat(ids.Take(1_500)))
            data.Order(id, "2018-01-01 10:00:00", "2018-01-01 11:00:00").Item(id);
        var history = data.Write().Read();
        history.OrderCount.ShouldBe(3_000);
        history.RepeatedRows.ShouldBe(1_500);
        history.EventCount.ShouldBe(9_000);
    }

    [Fact]
    public void Rows_of_one_order_that_differ_tell_each_event_once_and_count_one_order()
    {
        data.Order("a", "2018-01-01 10:00:00").Order("a", "2018-01-01 10:00:00", "2018-01-01 11:00:00").Order("a", "2018-01-01 10:00:00", "2018-01-01 11:00:00")
            .Order("b", "2018-01-01 10:00:00").Order("a", "2018-01-01 10:00:00", "2018-01-01 11:00:00", customer: "c-ba");
        var events = data.Events();
        var history = data.Read();
        history.OrderCount.ShouldBe(2);
        history.RepeatedRows.ShouldBe(0);
        events.Select(static e => $"{e.OrderId} {e.Type} {e.CustomerRegion.Text}").Order(StringComparer.Ordinal).ShouldBe(
            ["a OrderApproved BA", "a OrderApproved MG", "a OrderPlaced BA", "a OrderPlaced MG", "b OrderPlaced MG"]);
    }

    private void IsSetAside(OlistFile file, string line, string? field, string reason)
    {
        data.Order("good", "2018-01-01 10:00:00", "2018-01-01 11:00:00");
        // After the header come an order, no item, two customers and two sellers.
        int at = file == OlistFile.Orders ? 3 : file == OlistFile.Items ? 2 : 4;
        data.Add(file, line).Item("good").Order("after", "2018-01-02 10:00:00");
        data.Events().Select(static e => e.OrderId.ToString()).Distinct().ShouldBe(["good", "after"]);
        var row = data.Rejects.Rows.ShouldHaveSingleItem();
        row.ShouldSatisfyAllConditions(
            () => row.File.ShouldBe(file.Name),
            () => row.Line.ShouldBe(at),
            () => row.Field.ShouldBe(field),
            () => row.Reason.ShouldContain(reason),
            () => row.Content.ShouldBe(line));
    }
}
