using Gatehouse.Administration.Actions;

namespace Gatehouse.Administration;

/// <summary>Definitions that are withheld, and their approvals (TP-03).</summary>
internal interface IDefinitionAdministration
{
    /// <summary>What is withheld.</summary>
    Task<PendingDefinitions> PendingAsync();

    /// <summary>Keeps an approval and puts it in force.</summary>
    /// <param name="approval">What is approved.</param>
    /// <param name="by">Who does it.</param>
    Task<ActionOutcome<ApprovalChange>> ApproveAsync(ApproveDefinition approval, string by);

    /// <summary>Takes approvals back, those of the lock file included.</summary>
    /// <param name="withdrawal">Of what.</param>
    /// <param name="by">Who does it.</param>
    Task<ActionOutcome<ApprovalChange>> RevokeAsync(RevokeDefinitionApproval withdrawal, string by);
}
