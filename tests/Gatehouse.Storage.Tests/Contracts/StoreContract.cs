using Gatehouse.Storage.Abstractions;

namespace Gatehouse.Storage.Tests.Contracts;

/// <summary>
/// The contract test kit of the repositories: what <see cref="IStore"/> and its repositories promise, each as a check. Every
/// implementation passes all of them.
/// </summary>
public static class StoreContract
{
    /// <summary>All checks: those that every table has, and those of each repository.</summary>
    public static IReadOnlyList<StoreCheck> Checks { get; } =
        [.. All().Select(static check => check with { RunAsync = under => RunAsync(check, under) })];

    private static IEnumerable<StoreCheck> All() =>
    [
        .. TableProbe.All.SelectMany(TableContract.ChecksOf),
        .. RevocationContract.Checks,
        .. SessionContract.Checks,
        .. TaskOwnerContract.Checks,
        .. QuotaContract.Checks,
        .. CommandApprovalContract.Checks,
        .. DefinitionApprovalContract.Checks,
        .. SecretContract.Checks,
        .. GrantContract.Checks,
        .. CredentialContract.Checks,
        .. CredentialRoomContract.Checks,
        .. ConsentContract.Checks,
        .. ClientContract.Checks,
        .. ApprovalContract.Checks,
        .. ApprovalAnswerContract.Checks,
        .. ApprovalKeepingContract.Checks,
        .. RememberedApprovalContract.Checks,
        .. QuarantineContract.Checks,
        .. QuarantineKeepingContract.Checks,
        .. ContainmentContract.Checks,
        .. ConnectionContract.Checks,
    ];

    private static async Task RunAsync(StoreCheck check, StoreUnderTest under)
    {
        try
        {
            await check.RunAsync(under).ConfigureAwait(false);
        }
        catch (StoreException refusal)
        {
            throw new ContractViolationException($"{check.Name}: the store refused what it promises to do: {refusal.Message}", refusal);
        }
    }
}
