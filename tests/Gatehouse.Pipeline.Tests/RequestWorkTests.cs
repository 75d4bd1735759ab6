using System.Text;
using Gatehouse.Identity.Partitions;
using Gatehouse.Pipeline.Authorize;
using Gatehouse.Pipeline.Exchanges;
using Gatehouse.Pipeline.Snapshots;
using Gatehouse.Pipeline.Validate;
using Gatehouse.Policy.Decisions;
using Gatehouse.Policy.Matching;
using Gatehouse.Policy.Rules;
using Gatehouse.Protocol;
using Gatehouse.Protocol.Validation;
using Gatehouse.Refusals;
using Gatehouse.Settings;

namespace Gatehouse.Pipeline.Tests;

/// <summary>
/// The stages before a right is found, on the worst requests that keep every limit, of a caller whom no rule names: the memory that they
/// allocate stays in proportion to the request. Each form is one way in which one part of a request could be repeated by another.
/// </summary>
[Trait("Requirement", "EX-03")]
public sealed class RequestWorkTests
{
    private static readonly Dictionary<string, Func<int, string>> Worst = new(StringComparer.Ordinal)
    {
        ["many expressions of a long value"] = size => Completion(Repeat("{b}", size / 2), context: ("b", Repeat("A", size / 2))),
        ["a few expressions of a long value"] = size => Completion("{t}" + Repeat("{b}", 300), context: ("b", Repeat("A", size))),
        ["one expression with many names"] = size => Completion("{t,b" + Repeat(",b", size / 2) + "}", context: ("b", Repeat("A", size / 2))),
        ["one expression with a few names"] = size => Completion("{t}{b" + Repeat(",b", 2000) + "}", context: ("b", Repeat("A", size))),
        ["names in a query"] = size => Completion("{t}{?b" + Repeat(",b", 2000) + "}", context: ("b", Repeat("A", size))),
        ["reserved characters"] = size => Completion(Repeat("{+b}", 500) + "{t}", context: ("b", Repeat("%", size))),
        ["letters that grow when escaped"] = size => Completion(Repeat("{b}", 500) + "{t}", context: ("b", Repeat("\u20ac", size / 3))),
        ["a value just as long as a URI"] = size => Completion(Repeat("{b}", 500) + "{t}", context: ("b", Repeat("\u20ac", Math.Min(size, 4096)))),
        ["many expressions of the typed value"] = size => Completion(Repeat("{t}", size / 2), typed: Repeat("A", size / 2)),
        ["a few expressions of the typed value"] = size => Completion(Repeat("{t}", 1000), typed: Repeat("\u20ac", size / 3)),
        ["many expressions without a value"] = size => Completion("{t}" + Repeat("{a}", size)),
        ["many expressions of an empty value"] = size => Completion("{t}" + Repeat("{b}", size), context: ("b", "")),
        ["many values without an expression"] = size => Completion("{t}", more: ManyMembers(size)),
        ["a long template without expressions"] = size => Completion(Repeat("/a", size)),
        ["a long template with a query"] = size => Completion(Repeat("/a", size) + "?" + Repeat("b", 500)),
        ["a prompt with a long name"] = size => Request("completion/complete",
            "\"ref\":{\"type\":\"ref/prompt\",\"name\":\"" + Repeat("a", size) + "\"},\"argument\":{\"name\":\"t\",\"value\":\"\"}"),
        ["many resources of a subscription"] = size => Subscription(Repeat("\"r:a\",", Math.Min(size, 6 * 500_000)) + "\"r:a\""),
        ["one long resource of a subscription"] = size => Subscription("\"r:" + Repeat("a", size) + "\""),
        ["a long resource"] = size => Request("resources/read", "\"uri\":\"notes://" + Repeat("/%41", size) + "\""),
        ["a long tool"] = size => Request("tools/call", "\"name\":\"" + Repeat("a", size) + "\""),
        ["a long task"] = size => Request("tasks/get", "\"taskId\":\"" + Repeat("a", size) + "\""),
        ["a long method"] = size => Request(Repeat("a", size), ""),
        ["many arguments"] = size => Request("tools/call", "\"name\":\"echo\",\"arguments\":{\"a\":[" + Repeat("{},", Math.Min(size, 1_500_000)) + "1]}"),
    };

    public static TheoryData<string> Forms => new(Worst.Keys);

    [Theory]
    [MemberData(nameof(Forms))]
    public void ARequestWithoutARight_AllocatesInProportionToItsLength(string form)
    {
        var limit = Server.RequestBytes;
        _ = Allocated(form, 1000); // what is made once
        var (quarter, half, all) = (Allocated(form, limit / 4), Allocated(form, limit / 2), Allocated(form, limit));
        Assert.True(half <= (2.2 * quarter) + 4096 && all <= (2.2 * half) + 4096, $"{quarter}, {half}, {all} bytes for a quarter, half and all");
        // A text is decoded to two bytes for each of its own, once for the record and once for each stage that looks at it.
        Assert.True(all <= 8L * limit, $"{all} bytes for a request of {limit}");
    }

    [Fact]
    public void AFewKilobytes_AllocateNoMoreThanAFewHundred() =>
        Assert.InRange(Allocated("many expressions of a long value", 48_000), 0, 500_000);

    [Theory]
    [InlineData("many expressions of a long value", "ref.uri")]
    [InlineData("one expression with a few names", "ref.uri")]
    [InlineData("many expressions of the typed value", "ref.uri")]
    [InlineData("a long template without expressions", "ref.uri")]
    [InlineData("many resources of a subscription", "resourceSubscriptions")]
    public void WhatIsTooLarge_IsRefusedWithItsPart(string form, string part)
    {
        var refusal = Run(Message(form, 48_000));
        Assert.Equal((Reasons.SubjectTooLarge.Code, part), (refusal?.Reason.Code, refusal?.Detail));
    }

    [Theory]
    [InlineData(4095, true)]
    [InlineData(4096, true)]
    [InlineData(4097, false)]
    public void ATemplateAsLongAsAUri_IsDecided(int length, bool isDecided)
    {
        var filled = Completion("{t}{b}", context: ("b", Repeat("A", length - "r:{t}".Length)));
        Assert.Equal(isDecided ? Reasons.UnknownName.Code : Reasons.SubjectTooLarge.Code, Run(Encoding.UTF8.GetBytes(filled))?.Reason.Code);
        var given = Completion(Repeat("a", length - "r:".Length));
        Assert.Equal(isDecided ? Reasons.UnknownName.Code : Reasons.SubjectTooLarge.Code, Run(Encoding.UTF8.GetBytes(given))?.Reason.Code);
    }

    [Theory]
    [InlineData(256, true)]
    [InlineData(257, false)]
    public void ASubscription_HasAsManyResourcesAsTasks(int count, bool isDecided)
    {
        var message = Subscription(Repeat("\"r:a\",", 6 * (count - 1)) + "\"r:a\"");
        Assert.Equal(isDecided ? Reasons.UnknownName.Code : Reasons.SubjectTooLarge.Code, Run(Encoding.UTF8.GetBytes(message))?.Reason.Code);
    }

    private static ServerSettings Server { get; } = new() { Name = "up", Path = "/" };

    private static GatewaySnapshot Snapshot { get; } = new(1,
        new GatewaySettings
        {
            PublicUrl = new Uri("http://127.0.0.1"),
            Listen = new ListenSettings(),
            Servers = [Server],
            StateDirectory = "unused",
        },
        new PolicyDecisionPoint(
        [
            new PolicyRule { Id = "own", Who = Bob, Resources = new UriSet(["notes://{owner}/*", "r:{name}"]), Tools = new NameSet(["echo"]) },
            new PolicyRule { Id = "never", Forbids = true, Resources = new UriSet(["notes://bob/*", "r:secret/{+path}"]) },
        ]));

    private static WhoClause Bob { get; } = new() { Subjects = new NameSet(["bob"]) };

    // The least of three runs: what a pool of buffers lacks is made by the first.
    private static long Allocated(string form, int size)
    {
        var message = Message(form, size);
        Assert.True(message.Length <= Server.RequestBytes, $"{message.Length} bytes");
        return Enumerable.Range(0, 3).Min(_ => AllocatedBy(message));
    }

    private static long AllocatedBy(byte[] message)
    {
        var before = GC.GetAllocatedBytesForCurrentThread();
        var refusal = Run(message);
        var allocated = GC.GetAllocatedBytesForCurrentThread() - before;
        // Decided or too large, not malformed.
        Assert.True(refusal?.Reason.Code is "GH3017" or "GH3020" or "GH4003" or "GH4004" or "GH4005", refusal?.Reason.Code);
        return allocated;
    }

    // Both stages end on this thread: nothing that they wait for is outside of the process.
    private static Refusal? Run(byte[] message)
    {
        var exchange = new Exchange(Snapshot, NoRequestHead.Instance, new Given(message), TimeProvider.System)
        {
            Server = Server,
            Revision = ProtocolRevision.V20251125,
            Caller = Callers.Named("alice"),
        };
        return End(new ValidateStage(new SdkCatalogue()).RunAsync(exchange, CancellationToken.None)).Refusal
            ?? End(new AuthorizeStage(new SdkCatalogue()).RunAsync(exchange, CancellationToken.None)).Refusal;
    }

    private static StageOutcome End(ValueTask<StageOutcome> run)
    {
        Assert.True(run.IsCompleted);
        return run.GetAwaiter().GetResult();
    }

    private static byte[] Message(string form, int size)
    {
        var rest = Encoding.UTF8.GetByteCount(Worst[form](0)) + 100;
        return Encoding.UTF8.GetBytes(Worst[form](Math.Max(0, size - rest)));
    }

    private static string Completion(string template, string typed = "", (string Name, string Value)? context = null, string more = "")
    {
        var known = context is { } one ? $"\"{one.Name}\":\"{one.Value}\"" : more;
        return Request("completion/complete", "\"ref\":{\"type\":\"ref/resource\",\"uri\":\"r:" + template + "\"},\"argument\":{\"name\":\"t\",\"value\":\""
            + typed + "\"},\"context\":{\"arguments\":{" + known + "}}");
    }

    // Only the modern era has it.
    private static string Subscription(string uris) => Request("subscriptions/listen", "\"notifications\":{\"resourceSubscriptions\":[" + uris
        + "]},\"_meta\":{\"io.modelcontextprotocol/protocolVersion\":\"2026-07-28\",\"io.modelcontextprotocol/clientCapabilities\":{}}");

    private static string Request(string method, string parameters) =>
        $"{{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"{method}\",\"params\":{{{parameters}}}}}";

    // As many as fill the size.
    private static string Repeat(string text, int size) => string.Concat(Enumerable.Repeat(text, size / text.Length));

    private static string ManyMembers(int size) =>
        string.Join(',', Enumerable.Range(0, Math.Clamp(size / 20, 1, 4000)).Select(n => $"\"k{n:D6}\":\"{Repeat("v", Math.Max(0, (size / 4000) - 13))}\""));

    private sealed class Given(byte[] message) : IMessageSource
    {
        public ValueTask<ReadOnlyMemory<byte>> ReadAsync(CallerPartition caller, int maxBytes, CancellationToken cancellation) => new(message);
    }
}
