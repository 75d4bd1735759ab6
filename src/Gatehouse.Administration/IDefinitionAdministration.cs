namespace Gatehouse.Administration;

/// <summary>Definitions that are withheld, and their approvals (TP-03).</summary>
internal interface IDefinitionAdministration
{
    /// <summary>Returns the withheld definitions.</summary>
    Task<PendingDefinitions> PendingAsync();

    /// <summary>Stores an approval and puts it in force.</summary>
    /// <param name="approval">The approval.</param>
    /// <param name="by">The administrator.</param>
    Task<ActionOutcome<ApprovalChange>> ApproveAsync(ApproveDefinition approval, string by);

    /// <summary>Revokes approvals, those of the lock file included.</summary>
    /// <param name="withdrawal">The approvals.</param>
    /// <param name="by">The administrator.</param>
    Task<ActionOutcome<ApprovalChange>> RevokeAsync(RevokeDefinitionApproval withdrawal, string by);
}
