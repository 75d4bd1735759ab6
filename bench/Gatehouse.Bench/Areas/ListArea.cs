using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using Gatehouse.Bench.Micro;
using Gatehouse.Bench.Reporting;
using Gatehouse.Identity.Bearer;
using Gatehouse.Identity.Development;
using Gatehouse.Identity.Revocations;
using Gatehouse.Identity.Validation;
using Gatehouse.Pipeline.Authorize;
using Gatehouse.Pipeline.Exchanges;
using Gatehouse.Pipeline.Lists;
using Gatehouse.Pipeline.Lists.Responses;
using Gatehouse.Pipeline.Schemas;
using Gatehouse.Pipeline.Snapshots;
using Gatehouse.Policy.Decisions;
using Gatehouse.Policy.Matching;
using Gatehouse.Policy.Rules;
using Gatehouse.Protocol;
using Gatehouse.Settings;
using Gatehouse.Storage;
using Gatehouse.Upstreams.Catalogue;
using static Gatehouse.Bench.Reporting.Numbers;

namespace Gatehouse.Bench.Areas;

/// <summary>What a list from the catalogue costs, beside passing the server's own answer through its proof.</summary>
internal sealed class ListArea
{
    private const int Tools = 1000;
    private readonly Table table = new("Lists of 1,000 tools", ["step", "µs", "KB allocated", "of passing it on"]);

    public Task RunAsync(Report report)
    {
        var whole = Encoding.UTF8.GetBytes("""{"jsonrpc":"2.0","id":1,"result":{"resultType":"complete","tools":["""
            + string.Join(',', Enumerable.Range(0, Tools).Select(Entry)) + """],"ttlMs":0,"cacheScope":"private"}}""");
        var list = ListOf();
        using var issuer = new DevelopmentIssuer("http://127.0.0.1:8080/dev-issuer", TimeProvider.System);
        var exchange = ExchangeOf(issuer);
        var answers = new ListResponder(new OneList(list), new ListCursors(KeyRing.CreateInMemory(TimeProvider.System), TimeProvider.System),
            new ListVisibility());

        var (passed, passedBytes) = Stopwatched.Measure(() => Messages.Validate(whole));
        var (asked, askedBytes) = Stopwatched.Measure(() =>
        {
            if (Visibility.Of(exchange, exchange.Snapshot, list) is not { Entries.Count: Tools / 2, Hidden: Tools / 2 })
                throw new InvalidOperationException("not the half of them");
        });
        var (answered, answeredBytes) =
            Stopwatched.Measure(() => answers.AnswerAsync(exchange, ListKind.Tools, CancellationToken.None).AsTask().GetAwaiter().GetResult());
        Add("the server's answer passed on whole: proof", passed, passedBytes, passed);
        Add("filtered: a decision an entry, half of them shown", asked, askedBytes, passed);
        Add("answered: filtered, written, proven", answered, answeredBytes, passed);
        table.Notes.Add(string.Create(CultureInfo.InvariantCulture,
            $"{whole.Length / 1024} KB of JSON, policy of 20 rules. Median of 15 batches of one thread's time on a core. Nothing is kept between "
                + $"two lists of a caller."));
        report.Add(table);
        report.Judge("P15", "a list of 1,000 tools filtered under 1 ms",
            $"{Whole(asked / 1000)} µs, {One(asked / passed)} of passing it on; answered {Whole(answered / 1000)} µs", asked < 1_000_000,
            "a decision an entry, a digest of what is shown");
        return Task.CompletedTask;
    }

    private void Add(string step, double nanoseconds, double bytes, double passed) =>
        table.Add(step, Whole(nanoseconds / 1000), Whole(bytes / 1024), One(nanoseconds / passed));

    private static string Entry(int i) => string.Create(
        CultureInfo.InvariantCulture,
        $"{{\"name\":\"{Name(i)}\",\"title\":\"Thing {i}\",\"description\":\"Does something with thing {i} and says in a few sentences what it is "
            + $"for and when to use it.\"")
        + ""","inputSchema":{"type":"object","properties":{"id":{"type":"string","description":"Which thing"},"limit":{"type":"integer","minimum":1}},"required":["id"]}}""";

    private static string Name(int i) => string.Create(CultureInfo.InvariantCulture, $"{(i % 2 == 0 ? "read_" : "write_")}thing_{i}");

    private static ServerList ListOf() => new(ListKind.Tools, [.. Enumerable.Range(0, Tools).Select(EntryOf)], SHA256.HashData("list"u8))
    {
        ResultType = "\"complete\""u8.ToArray(),
        TtlMilliseconds = 0,
        HasCacheScope = true,
        Life = TimeSpan.FromMinutes(1),
    };

    private static ListEntry EntryOf(int i)
    {
        var json = Encoding.UTF8.GetBytes(Entry(i));
        return new ListEntry(Name(i), json, SHA256.HashData(json)) { Tool = new ToolDefinition(Name(i), [], null) };
    }

    private static Exchange ExchangeOf(DevelopmentIssuer issuer)
    {
        const string origin = "http://127.0.0.1:8080";
        var server = new ServerSettings { Name = "bench", Path = "/mcp/bench" };
        PolicyRule[] rules =
            [.. Policies.Rules(19),
                new PolicyRule { Id = "reads", Who = new WhoClause { Subjects = new NameSet(["developer"]) }, Tools = new NameSet(["read_*"]) }];
        var settings = new GatewaySettings
        {
            PublicUrl = new Uri(origin),
            Listen = new ListenSettings { Url = new Uri(origin) },
            Servers = [server],
            Rules = rules,
            StateDirectory = "/nowhere"
        };
        var validator = new TokenValidator([issuer.TrustedIssuer], new InMemoryRevocationList(TimeProvider.System), new VerifiedTokenCache(),
            TimeProvider.System);
        var token = new AccessTokenValue(issuer.Mint(new DevelopmentGrant { Subject = "developer", Audience = origin + "/mcp/bench" }).Reveal()
            .ToString());
        return new Exchange(new GatewaySnapshot(1, settings, new PolicyDecisionPoint(rules)), NoRequestHead.Instance, null, TimeProvider.System)
        {
            Server = server,
            Revision = ProtocolRevision.V20260728,
            Message = Messages.Validate("{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"tools/list\",\"params\":{}}"u8.ToArray()),
            Caller = validator.ValidateAsync(token, origin + "/mcp/bench", CancellationToken.None).AsTask().GetAwaiter().GetResult().Token!,
        };
    }
}
