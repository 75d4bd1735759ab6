using System.Globalization;
using Gatehouse.Integrity.Definitions;

namespace Gatehouse.Administration.Actions;

/// <summary>Lists definitions that are withheld.</summary>
internal sealed record ListPendingDefinitions : AdministrativeAction<PendingDefinitions>
{
    public override string Name => "lock.pending";

    public override ActionEffect Effect => ActionEffect.Reads;

    public override bool IsOffered(AdministrationParts parts) => parts.Definitions is not null;

    protected override async Task<ActionOutcome<PendingDefinitions>> RunAsync(AdministrationParts parts, Administrator by) =>
        await parts.Definitions!.PendingAsync().ConfigureAwait(false);
}

/// <summary>Approves one definition, by the digest that the administrator was shown: nothing passes that was not shown.</summary>
/// <param name="Server">The server's name in the configuration.</param>
/// <param name="Kind">What is defined.</param>
/// <param name="Definition">Its name; empty for what a server has one of.</param>
/// <param name="Digest">Its digest.</param>
/// <param name="Reason">Why.</param>
/// <param name="Until">When the approval ends; null for never.</param>
internal sealed record ApproveDefinition(string Server, DefinitionKind Kind, string Definition, string Digest, string Reason, DateTimeOffset? Until)
    : AdministrativeAction<ApprovalChange>
{
    public override string Name => "lock.approve";

    public override ActionEffect Effect => ActionEffect.Grants;

    public override ActionStrength Strength => ActionStrength.Person;

    public override IReadOnlyList<KeyValuePair<string, string>> Facts => Named(about: DefinitionKinds.Text(Kind));

    public override bool IsOffered(AdministrationParts parts) => parts.Definitions is not null;

    public override ActionRefusal? Fault(AdministrationParts parts) =>
        DefinitionNames.Fault(Server, Kind, Definition, Reason) ?? (Digest.Length == 0 ? ActionRefusal.NoDigest : null);

    protected override Task<ActionOutcome<ApprovalChange>> RunAsync(AdministrationParts parts, Administrator by) =>
        parts.Definitions!.ApproveAsync(this, by.Name);
}

/// <summary>Takes approvals of a definition back, those of the lock file included.</summary>
/// <param name="Server">The server's name in the configuration.</param>
/// <param name="Kind">What is defined.</param>
/// <param name="Definition">Its name; empty for what a server has one of.</param>
/// <param name="Reason">Why.</param>
internal sealed record RevokeDefinitionApproval(string Server, DefinitionKind Kind, string Definition, string Reason)
    : AdministrativeAction<ApprovalChange>
{
    public override string Name => "lock.revoke";

    public override ActionEffect Effect => ActionEffect.Withdraws;

    public override ActionStrength Strength => ActionStrength.Person;

    public override IReadOnlyList<KeyValuePair<string, string>> Facts => Named(about: DefinitionKinds.Text(Kind));

    public override bool IsOffered(AdministrationParts parts) => parts.Definitions is not null;

    public override ActionRefusal? Fault(AdministrationParts parts) => DefinitionNames.Fault(Server, Kind, Definition, Reason);

    protected override Task<ActionOutcome<ApprovalChange>> RunAsync(AdministrationParts parts, Administrator by) =>
        parts.Definitions!.RevokeAsync(this, by.Name);
}

/// <summary>Definitions that are withheld.</summary>
/// <param name="Definitions">Each with what a person needs to judge it.</param>
/// <param name="Remedy">What to do where no administrator may approve them; null where one may.</param>
internal sealed record PendingDefinitions(IReadOnlyList<PendingDefinition> Definitions, string? Remedy);

/// <summary>What became of the approval of a definition.</summary>
/// <param name="Given">Administrators that approved it, this one included; 0 when approvals were taken back.</param>
/// <param name="Needed">Administrators that must.</param>
internal sealed record ApprovalChange(int Given, int Needed)
{
    /// <summary>Approvals were taken back.</summary>
    public static ApprovalChange TakenBack { get; } = new(0, 0);

    /// <summary>The sentence, which the entry of the change has as well.</summary>
    public override string ToString() => this == TakenBack
        ? "revoked; the gateway withholds it from now on"
        : Given < Needed
            ? string.Create(CultureInfo.InvariantCulture, $"approved by {Given} of {Needed}; another administrator must approve it too")
            : "approved; callers see it from now on";
}

/// <summary>What an act about a definition must name.</summary>
internal static class DefinitionNames
{
    private const int LongestReason = 1024;

    public static ActionRefusal? Fault(string server, DefinitionKind kind, string name, string reason)
    {
        if (server.Length == 0 || DefinitionKinds.IsNamed(kind) != name.Length > 0) return ActionRefusal.NoDefinitionNamed;
        return reason.Length is > 0 and <= LongestReason ? null : ActionRefusal.NoReason;
    }
}
