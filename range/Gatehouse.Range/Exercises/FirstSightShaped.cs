using Gatehouse.Gateway;
using Gatehouse.Pipeline;
using Gatehouse.Pipeline.Definitions;
using Gatehouse.Range.Running;

namespace Gatehouse.Range.Exercises;

/// <summary>The first caller of all makes the server say what is then trusted for everybody.</summary>
public sealed class FirstSightShaped : DefinitionExercise
{
    /// <inheritdoc />
    public override string Id => "first-sight-shaped";

    /// <inheritdoc />
    public override string Title => "First definitions of a server, shaped by a caller";

    /// <inheritdoc />
    public override IReadOnlyList<string> Owasp => ["MCP03"];

    /// <inheritdoc />
    public override IReadOnlyList<string> Rows => ["TP-02"];

    /// <inheritdoc />
    public override string Protection => "judge of first use, with the gateway's own session";

    /// <inheritdoc />
    public override ExerciseSteps Steps { get; } = new(
        "A gateway trusts the first definitions of a server. The server puts text of a client's handshake into the description of its tool.",
        "The very first caller starts a session with a client name that asks for the secret. Later callers read this text as the tool's own "
            + "description.",
        "The gateway itself reads the first definitions, in a session that no caller started, before any data of a caller reaches the server. It "
            + "withholds definitions that differ.",
        "With first definitions from callers' sessions, the secret of the next person reaches the server.");

    internal override PartReplacements Replace(RangeFixture fixture) =>
        PartReplacements.None.Put(PartNames.FirstSight, new FirstUseScope(IsOfCallers: true));

    internal override async Task<IReadOnlyList<Attempt>> ExploitAsync(AttackContext context)
    {
        var attacker = context.As(AttackContext.Attacker);
        await attacker.InitializeAsync(client: "owner:" + Poison).ConfigureAwait(false);
        await attacker.AskAsync("tools/list").ConfigureAwait(false);
        return [await ObeyAsync(context, "by the next person", newSession: true).ConfigureAwait(false)];
    }

    internal override Saying Says(int calls, string path) => new(Instructions, Add());

    internal override Saying SaysTo(string client, string owner, int calls, string path) =>
        new(Instructions, Add() with { Description = Add().Description + owner });
}
