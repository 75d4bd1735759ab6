using Gatehouse.Cli.Output;
using Gatehouse.Policy.Analysis.Testing;
using Gatehouse.Policy.Analysis.WhoCan;
using Gatehouse.Policy.Decisions;
using Gatehouse.Text;

namespace Gatehouse.Cli.PolicyCommands;

/// <summary>The rows of the matrix of <c>who-can</c>: the answers of the rules, less what the servers refuse before the rules are asked.</summary>
/// <param name="input">The policy, with its configuration where one is known.</param>
/// <param name="things">The targets: a cell each.</param>
/// <param name="at">The moment; without it conditions on time are part of "depends".</param>
/// <param name="scopesAreKnown">
/// True for callers of a file, which have all their scopes. A caller that is made from a name in a rule represents callers with any scopes.
/// </param>
internal sealed class WhoCanRows(PolicyInput input, IReadOnlyList<PolicyResource> things, DateTimeOffset at, bool scopesAreKnown)
{
    private readonly PolicyDecisionPoint policy = input.Compile();

    private readonly Dictionary<string, ServerRequirements> requirements = things.Select(thing => thing.Server).Distinct(StringComparer.Ordinal)
        .ToDictionary(server => server, server => new ServerRequirements(input.Settings, server), StringComparer.Ordinal);

    /// <summary>Returns the row of a caller.</summary>
    public WhoCanRow Of(PolicyCaller caller)
    {
        caller = ImpliedScopes.AddTo(caller, input.Settings);
        var cells = WhoCanMatrix.Row(policy, caller.ToSubject(), things, at);
        return new WhoCanRow(caller, [.. cells.Select(cell => WithRequirements(cell, requirements[cell.Thing.Server], caller))]);
    }

    // The requirements of the server come before the rules: they take a permit away, or add a condition where the scopes of the caller are not known.
    private WhoCanCell WithRequirements(WhoCanCell cell, ServerRequirements server, PolicyCaller caller)
    {
        if ((scopesAreKnown ? server.RefusalOf(caller) : server.IssuerRefusalOf(caller)) is { } refusal) return cell.RefusedBy(refusal);
        if (cell.Answer == PartialResult.No || server.MissingScopes(caller) is not { Count: > 0 } missing) return cell;
        var condition = $"when the token has the scopes {string.Join(", ", missing)} (servers.{cell.Thing.Server}.scopes)";
        return cell with { Answer = PartialResult.Depends, Conditions = [condition, .. cell.Conditions] };
    }
}

/// <summary>The answers for one caller.</summary>
/// <param name="Caller">The caller.</param>
/// <param name="Cells">An answer for each target.</param>
internal sealed record WhoCanRow(PolicyCaller Caller, IReadOnlyList<WhoCanCell> Cells)
{
    /// <summary>Returns the row for scripts.</summary>
    public JsonFields ToJson() => new() { ["caller"] = Caller.ToString(), ["cells"] = Cells.Select(Json).ToJsonArray() };

    /// <summary>Prints the row for a person: what the caller can do, and why a server refuses it.</summary>
    public void Print()
    {
        Terminal.Row(Caller.ToString());
        if (Cells.All(static cell => cell.Answer == PartialResult.No)) Terminal.Data("  nothing");
        var refusals = Cells.Where(static cell => cell.Refusal is not null).Select(static cell => (cell.Thing.Server, cell.Refusal!.Text));
        foreach (var (server, text) in refusals.Distinct()) Terminal.Row($"  no       {server}: {text}");
        foreach (var cell in Cells.Where(static cell => cell.Answer != PartialResult.No))
            Terminal.Row($"  {Word(cell.Answer),-8} {cell.Thing}{Approval(cell)}{(cell.Conditions.Count == 0 ? "" : ": " + string.Join("; ", cell.Conditions))}");
    }

    private static JsonFields Json(WhoCanCell cell) => new()
    {
        ["server"] = cell.Thing.Server,
        ["target"] = cell.Thing.Target.ToString().ToLowerInvariant(),
        ["name"] = cell.Thing.Name,
        ["answer"] = Word(cell.Answer),
        ["refusedBy"] = cell.Refusal?.Key,
        ["approval"] = Word(cell.Approval),
        ["listed"] = cell.Listed,
        ["conditions"] = cell.Conditions.ToJsonArray(),
    };

    private static string Word(PartialResult answer) => answer.ToString().ToLowerInvariant();

    private static string Approval(WhoCanCell cell) => cell.Approval switch
    {
        PartialResult.Yes => ", with approval",
        PartialResult.Depends => ", some calls with approval",
        _ => "",
    };
}
