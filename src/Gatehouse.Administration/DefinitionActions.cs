using System.Globalization;
using System.Text.Json.Serialization;
using Gatehouse.Integrity.Definitions;
using Gatehouse.Text;

namespace Gatehouse.Administration;

/// <summary>Lists definitions that are withheld.</summary>
internal sealed record ListPendingDefinitions : AdministrativeAction<PendingDefinitions>
{
    internal override string Name => "lock.pending";

    internal override ActRow Row => DefinitionRows.Pending;

    internal override ActionEffect Effect => ActionEffect.Reads;

    public override bool IsOffered(AdministrationParts parts) => parts.Definitions is not null;

    protected override async Task<ActionOutcome<PendingDefinitions>> RunAsync(AdministrationParts parts, Administrator by) =>
        await parts.Definitions!.PendingAsync().ConfigureAwait(false);
}

/// <summary>Approves one definition, by the digest that the administrator was shown. A definition that was not shown does not pass.</summary>
/// <param name="Server">The server's name in the configuration.</param>
/// <param name="Kind">The kind of the definition.</param>
/// <param name="Definition">Its name. Empty for a kind of which a server has only one.</param>
/// <param name="Digest">Its digest.</param>
/// <param name="Reason">The reason.</param>
/// <param name="Until">The end of the approval; null for never.</param>
internal sealed record ApproveDefinition(
    string Server, [property: JsonConverter(typeof(DefinitionKindJson))] DefinitionKind Kind, string Definition = "", string Digest = "",
    string Reason = "", [property: JsonConverter(typeof(MomentJson))] DateTimeOffset? Until = null)
    : AdministrativeAction<ApprovalChange>
{
    internal override string Name => "lock.approve";

    internal override ActRow Row => DefinitionRows.Approve;

    internal override string Given => Reason;

    internal override ActionEffect Effect => ActionEffect.Grants;

    internal override ActionStrength Strength => ActionStrength.Person;

    internal override IReadOnlyList<KeyValuePair<string, string>> Facts => [.. Named(about: DefinitionKinds.Text(Kind)), StatedReason(Reason)];

    public override bool IsOffered(AdministrationParts parts) => parts.Definitions is not null;

    public override ActionRefusal? Fault(AdministrationParts parts) =>
        DefinitionNames.Fault(Server, Kind, Definition, Reason) ?? (Digest.Length == 0 ? ActionRefusal.NoDigest : null);

    protected override Task<ActionOutcome<ApprovalChange>> RunAsync(AdministrationParts parts, Administrator by) =>
        parts.Definitions!.ApproveAsync(this, by.Name);
}

/// <summary>Revokes approvals of a definition, those of the lock file included.</summary>
/// <param name="Server">The server's name in the configuration.</param>
/// <param name="Kind">The kind of the definition.</param>
/// <param name="Definition">Its name. Empty for a kind of which a server has only one.</param>
/// <param name="Reason">The reason.</param>
internal sealed record RevokeDefinitionApproval(
    string Server, [property: JsonConverter(typeof(DefinitionKindJson))] DefinitionKind Kind, string Definition = "", string Reason = "")
    : AdministrativeAction<ApprovalChange>
{
    internal override string Name => "lock.revoke";

    internal override ActRow Row => DefinitionRows.Revoke;

    internal override string Given => Reason;

    internal override ActionEffect Effect => ActionEffect.Withdraws;

    internal override ActionStrength Strength => ActionStrength.Person;

    internal override IReadOnlyList<KeyValuePair<string, string>> Facts => [.. Named(about: DefinitionKinds.Text(Kind)), StatedReason(Reason)];

    public override bool IsOffered(AdministrationParts parts) => parts.Definitions is not null;

    public override ActionRefusal? Fault(AdministrationParts parts) => DefinitionNames.Fault(Server, Kind, Definition, Reason);

    protected override Task<ActionOutcome<ApprovalChange>> RunAsync(AdministrationParts parts, Administrator by) =>
        parts.Definitions!.RevokeAsync(this, by.Name);
}

/// <summary>Definitions that are withheld.</summary>
/// <param name="Definitions">The definitions, each with the facts that a person needs to judge it.</param>
/// <param name="Remedy">The remedy where no administrator may approve them; null where one may.</param>
internal sealed record PendingDefinitions(IReadOnlyList<PendingDefinition> Definitions, string? Remedy) : ActResult
{
    /// <inheritdoc />
    public override string? Remedy { get; init; } = Remedy;
}

/// <summary>The result of the approval of a definition.</summary>
/// <param name="Given">Administrators that approved it, this one included; 0 when approvals were revoked.</param>
/// <param name="Needed">Administrators that must approve it.</param>
internal sealed record ApprovalChange(int Given, int Needed) : ActResult
{
    private const int MostNamed = 10;

    /// <summary>The definitions of the same server that are withheld nevertheless.</summary>
    public IReadOnlyList<string> Withheld { get; init; } = [];

    /// <summary>True where the capabilities of the server are among them.</summary>
    public bool LacksCapabilities { get; init; }

    /// <summary>
    /// Returns the sentence about the definitions of the same server that are withheld nevertheless; null where none is. With withheld capabilities,
    /// for example, callers do not see that the server has a kind of list. It is not in the entry: its names are the server's.
    /// </summary>
    internal override string? OutsideRemark => Withheld.Count == 0 ? null
        : $"{Counted.Of(Withheld.Count, "definition")} of this server {(Withheld.Count == 1 ? "is" : "are")} still withheld: "
            + string.Join(", ", Withheld.Take(MostNamed).Select(static name => $"'{name}'")) + (Withheld.Count > MostNamed ? ", and others" : "")
            + (LacksCapabilities ? "; without its capabilities, clients may not ask for its lists" : "");

    /// <summary>The result where approvals were revoked.</summary>
    public static ApprovalChange TakenBack { get; } = new(0, 0);

    /// <summary>The sentence, which is also in the entry of the change.</summary>
    internal override string Sentence => Needed == 0
        ? "revoked; the gateway withholds it from now on"
        : Given < Needed
            ? string.Create(CultureInfo.InvariantCulture, $"approved by {Given} of {Needed}; another administrator must approve it too")
            : "approved; callers see it from now on";
}

/// <summary>The names that an act about a definition must have.</summary>
internal static class DefinitionNames
{
    private const int LongestReason = 1024;

    public static ActionRefusal? Fault(string server, DefinitionKind kind, string name, string reason)
    {
        if (server.Length == 0 || DefinitionKinds.IsNamed(kind) != name.Length > 0) return ActionRefusal.NoDefinitionNamed;
        return reason.Length is > 0 and <= LongestReason ? null : ActionRefusal.NoReason;
    }
}
