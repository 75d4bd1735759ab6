using Gatehouse.Gateway;
using Gatehouse.Pipeline;
using Gatehouse.Range.Doubles;
using Gatehouse.Range.Running;

namespace Gatehouse.Range.Exercises;

/// <summary>A web page talks to a server on the visitor's own machine.</summary>
public sealed class DnsRebinding : EverythingExercise
{
    /// <inheritdoc />
    public override string Id => "dns-rebinding";

    /// <inheritdoc />
    public override string Title => "DNS rebinding: foreign Host and Origin";

    /// <inheritdoc />
    public override IReadOnlyList<string> Owasp => ["MCP07"];

    /// <inheritdoc />
    public override IReadOnlyList<string> Rows => ["ID-01", "T01", "L01"];

    /// <inheritdoc />
    public override string Protection => "stage accept, Host and Origin";

    /// <inheritdoc />
    public override ExerciseSteps Steps { get; } = new(
        "The reference server listens on loopback, checks neither Host nor Origin, and allows every origin.",
        "A page changes the address of its name to 127.0.0.1. The visitor's browser then sends the page's requests to the local server, with the "
            + "credential that is available there (here: the visitor's own token, which a local helper adds). The page receives the environment.",
        "Gatehouse accepts only the hosts of its own URL and named origins, and checks both first. The token does not help the attacker.",
        "With a stage that checks only the path, the page reads the environment again.");

    internal override PartReplacements Replace(RangeFixture fixture) => PartReplacements.None.Put(PartNames.Accept, new PathOnlyAccept());

    internal override async Task<IReadOnlyList<Attempt>> ExploitAsync(AttackContext context) =>
    [
        await VisitAsync(context, "foreign Host and Origin", "evil.example", "http://evil.example").ConfigureAwait(false),
        await VisitAsync(context, "foreign Host", "evil.example", null).ConfigureAwait(false),
        await VisitAsync(context, "foreign Origin", null, "http://evil.example").ConfigureAwait(false),
        await VisitAsync(context, "Origin null", null, "null").ConfigureAwait(false),
    ];

    private static async Task<Attempt> VisitAsync(AttackContext context, string name, string? host, string? origin)
    {
        var page = context.As(AttackContext.Victim);
        page.Host = host is null ? null : $"{host}:{context.Endpoint.Port}";
        page.Origin = origin;
        var begun = await page.InitializeAsync().ConfigureAwait(false);
        var reply = await page.CallAsync("get-env").ConfigureAwait(false);
        var read = reply.Holds(context.Canary.Secret);
        return new Attempt(name, read, read ? "the page read the environment" : $"nothing read: {begun.Summary()}, then {reply.Summary()}");
    }
}
