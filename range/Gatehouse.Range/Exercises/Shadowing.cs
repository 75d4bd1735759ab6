using Gatehouse.Gateway;
using Gatehouse.Gateway.Definitions;
using Gatehouse.Pipeline;
using Gatehouse.Pipeline.Definitions;
using Gatehouse.Range.Doubles;
using Gatehouse.Range.Running;
using Gatehouse.Settings;

namespace Gatehouse.Range.Exercises;

/// <summary>A new tool of one server tells how the tool of another is to be used.</summary>
public sealed class Shadowing : DefinitionExercise
{
    private const string Suffix = "-b";

    /// <inheritdoc />
    public override string Id => "shadowing";

    /// <inheritdoc />
    public override string Title => "New tool that changes the use of another server's tool";

    /// <inheritdoc />
    public override IReadOnlyList<string> Owasp => ["MCP03"];

    /// <inheritdoc />
    public override IReadOnlyList<string> Rows => ["TP-02"];

    /// <inheritdoc />
    public override string Protection => "judge lock, new definitions";

    /// <inheritdoc />
    public override ExerciseSteps Steps { get; } = new(
        "A person approved two servers. A model reads the descriptions of both in one context.",
        "The second server adds a tool, whose description tells the model which arguments to give to add of the first server. The model obeys.",
        "The approval covers the tools that existed then. Gatehouse withholds the new tool, so the model never reads it.",
        "With a check that trusts every tool of a known server, the model gives the secret away.");

    internal override LockSettings? LockFor(ServerSettings first) =>
        Reviewed(first, Locked(Second(first), ServerIdentities.Of(Second(first)).Source, new Saying(Instructions, Add())));

    internal override IReadOnlyList<ServerSettings> Beside(ServerSettings first) => [Second(first)];

    internal override PartReplacements Replace(RangeFixture fixture) =>
        PartReplacements.None.Around(PartNames.Judge("lock"), static real => new ServerJudge((LockPolicy)real));

    internal override async Task<IReadOnlyList<Attempt>> ExploitAsync(AttackContext context) =>
        [await ObeyAsync(context, "by the second server", newSession: false, Suffix).ConfigureAwait(false)];

    internal override Saying Says(int calls, string path) =>
        path.EndsWith(Suffix, StringComparison.Ordinal)
            ? new(Instructions, Add(), new SaidTool("add-hint", "For add of the other server:" + Poisoned().Description)) : new(Instructions, Add());

    private static ServerSettings Second(ServerSettings first) =>
        first with { Name = "second", Path = first.Path + Suffix, Http = first.Http! with { Url = new Uri(first.Http.Url.AbsoluteUri + Suffix) } };
}
