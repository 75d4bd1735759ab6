using System.Buffers;
using System.Text.Json;
using Gatehouse.Audit;
using Gatehouse.Bench.Micro;
using Gatehouse.Bench.Reporting;
using Gatehouse.Gateway.Sessions;
using Gatehouse.Identity.Bearer;
using Gatehouse.Identity.Development;
using Gatehouse.Identity.Revocations;
using Gatehouse.Identity.Tokens;
using Gatehouse.Identity.Validation;
using Gatehouse.Pipeline.Capabilities;
using Gatehouse.Protocol;
using Gatehouse.Protocol.Framing;
using Gatehouse.Settings;
using Gatehouse.Storage;
using Microsoft.Extensions.Logging.Abstractions;
using static Gatehouse.Bench.Reporting.Numbers;

namespace Gatehouse.Bench.Areas;

/// <summary>What the steps of the hot path cost on one core.</summary>
internal sealed class MicroArea(BenchOptions options)
{
    private const string Origin = "http://127.0.0.1:8080";
    private readonly Table table = new("Steps of the hot path", ["step", "ns", "bytes allocated"]);

    public void Run(Report report)
    {
        // what is measured first also pays for the compiler
        using (var first = new WholePipeline(WithIdOfCall(Messages.LongText(0)))) _ = Stopwatched.Measure(first.RunOnce);
        if (options.Brief)
        {
            Pipelines();
            report.Add(table);
            return;
        }

        _ = Stopwatched.Measure(() => Messages.Validate(Messages.Call));
        Proofs(report);
        using (var issuer = new DevelopmentIssuer(Origin + "/dev-issuer", TimeProvider.System)) Tokens(issuer);
        Entries();
        Events();
        Pipelines();
        table.Notes.Add("Ratios of pipelines are to the tool without schemas.");
        table.Notes.Add("Median of 15 batches of 25 ms of one thread's time on a core.");
        report.Add(table);
    }

    private double Measure(string step, Action operation)
    {
        var (nanoseconds, bytes) = Stopwatched.Measure(operation);
        table.Add(step, Whole(nanoseconds), Whole(bytes));
        return nanoseconds;
    }

    private void Proofs(Report report)
    {
        Validation("call of 300 B", Messages.Call);
        foreach (var kilobytes in new[] { 1, 10, 100 })
        {
            Validation($"small records, {kilobytes} KB", Messages.Records(kilobytes));
            Validation($"one long text, {kilobytes} KB", Messages.LongText(kilobytes));
        }

        var records = Messages.Records(100);
        var reading = Measure("tokens read by the framework's reader, nothing checked: small records, 100 KB", () => ReadTokens(records));
        var validating = Validation("small records, 100 KB, again", records);
        var perKilobyte = validating / 1000 / (records.Length / 1024.0);
        report.Judge("P8g", "validation of small records: at most 1.5 µs a KB",
            $"{Numbers.Ratio(perKilobyte)} µs a KB, {Numbers.Ratio(validating / reading)} times the tokens read by the framework's reader",
            perKilobyte <= 1.5, "a token is five bytes long here");

        double Validation(string what, byte[] bytes) => Measure("validation of a message: " + what, () => Messages.Validate(bytes));
    }

    private static void ReadTokens(byte[] json)
    {
        var reader = new Utf8JsonReader(json);
        while (reader.Read())
        {
        }
    }

    private void Tokens(DevelopmentIssuer issuer)
    {
        var validator = new TokenValidator([issuer.TrustedIssuer], new InMemoryRevocationList(TimeProvider.System), new VerifiedTokenCache(),
            TimeProvider.System);
        var token = new AccessTokenValue(issuer.Mint(new DevelopmentGrant { Subject = "developer", Audience = Origin + "/mcp/bench" }).Reveal()
            .ToString());
        Measure("token, remembered", () => Validate(validator, token));
        var forgetful = new TokenValidator([issuer.TrustedIssuer], new InMemoryRevocationList(TimeProvider.System), new VerifiedTokenCache(1),
            TimeProvider.System);
        var other = new AccessTokenValue(issuer.Mint(new DevelopmentGrant { Subject = "other", Audience = Origin + "/mcp/bench" }).Reveal()
            .ToString());
        Measure("two tokens, ES256 verified", () =>
        {
            Validate(forgetful, token);
            Validate(forgetful, other);
        });
        Senders(issuer);
        var sessions = new SessionTable(KeyRing.CreateInMemory(TimeProvider.System), new NoSessionStore(), [], TimeProvider.System, static () => 12,
            NullLogger.Instance);
        var caller = Validate(validator, token);
        var server = new ServerSettings { Name = "bench", Path = "/mcp/bench" };
        var settings = new SessionSettings();
        var (_, handle) = sessions.CreateAsync(caller, server, settings, "upstream", ProtocolRevision.V20251125, ClientCapabilities.None).AsTask()
            .GetAwaiter().GetResult();
        Measure("session handle, used before", () =>
        {
            var opening = sessions.OpenAsync(handle, caller, server, settings, CancellationToken.None);
            if (!opening.IsCompletedSuccessfully || opening.Result.Session is null) throw new InvalidOperationException("the handle does not open at once");
        });
    }

    private void Senders(DevelopmentIssuer issuer)
    {
        using var costs = new SenderCosts(issuer, Origin + "/mcp/bench");
        var plain = Ratio("token for a use, remembered", costs.Plain, null);
        Ratio("bound token, remembered, with its proof (DPoP, ES256)", costs.Proven, plain);
        Ratio("opaque token, answer remembered", costs.Opaque(remembered: true), plain);
        Ratio("opaque token, issuer asked without a network", costs.Opaque(remembered: false), plain);
        table.Notes.Add("Ratios are to a remembered bearer token for a use.");
    }

    private double Ratio(string step, Action operation, double? to)
    {
        var (nanoseconds, bytes) = Stopwatched.Measure(operation);
        table.Add(to is { } plain ? $"{step}: {nanoseconds / plain:0.0} times" : step, Whole(nanoseconds), Whole(bytes));
        return nanoseconds;
    }

    private static VerifiedToken Validate(TokenValidator validator, AccessTokenValue token) =>
        validator.ValidateAsync(token, Origin + "/mcp/bench", CancellationToken.None).AsTask().GetAwaiter().GetResult().Token
        ?? throw new InvalidOperationException("the token is refused");

    private void Entries()
    {
        var entry = AuditRate.Entry(TimeProvider.System);
        var buffer = new ArrayBufferWriter<byte>(4096);
        Measure("audit entry, written", () =>
        {
            buffer.ResetWrittenCount();
            AuditEntryFormat.Write(entry, 1, buffer);
        });
    }

    private void Events()
    {
        var message = Messages.Validate(Messages.LongText(1));
        var buffer = new ArrayBufferWriter<byte>(4096);
        Measure("server-sent event of 1 KB, written", () =>
        {
            buffer.ResetWrittenCount();
            SseWriter.Write(buffer, message, "1");
        });
    }

    private void Pipelines()
    {
        foreach (var (what, answer) in new[]
            { ("200 B", Messages.LongText(0)), ("10 KB text", Messages.LongText(10)), ("10 KB records", Messages.Records(10)) })
        {
            // The fixed answer has the id 1; the call must ask for that.
            using var pipeline = new WholePipeline(WithIdOfCall(answer));
            Measure($"whole pipeline without sockets and disk, result of {what}", pipeline.RunOnce);
        }

        foreach (var (what, answer) in new[] { ("200 B", SchemaCosts.Small), ("10 KB records", Messages.Records(10)) })
            Schemas(what, WithIdOfCall(answer));
    }

    // The same call and result, by a tool that declares nothing, what it takes, and what it gives as well.
    private void Schemas(string what, byte[] answer)
    {
        using var without = new WholePipeline(answer);
        using var input = new WholePipeline(answer, tool: SchemaCosts.Tool(output: false));
        using var both = new WholePipeline(answer, tool: SchemaCosts.Tool(output: true));
        var plain = Ratio($"whole pipeline, structured result of {what}, tool without schemas", without.RunOnce, null);
        Ratio("the same, arguments held to a schema", input.RunOnce, plain);
        Ratio("the same, the result as well", both.RunOnce, plain);
    }

    internal static byte[] WithIdOfCall(byte[] answer)
    {
        var at = answer.AsSpan().IndexOf("\"id\":1,"u8);
        return [.. answer.AsSpan(0, at), .. "\"id\":1000000000,"u8, .. answer.AsSpan(at + "\"id\":1,".Length)];
    }
}
