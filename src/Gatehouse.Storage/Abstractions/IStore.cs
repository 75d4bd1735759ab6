namespace Gatehouse.Storage.Abstractions;

/// <summary>
/// What must survive a restart, as one store: the repositories of a gateway. A contract test kit holds every implementation to what is said here
/// and at each repository.
/// </summary>
/// <remarks>
/// <para>A write that was awaited is durable where the store is; one that was not awaited may be lost as a whole, never in part.</para>
/// <para>Cancellation: a read ends with <see cref="OperationCanceledException"/>. A write that ends so was not done; one that had begun is
/// finished first and reports its own end.</para>
/// <para>A row whose time is over is never returned. A table that is full of rows still needed refuses another with a
/// <see cref="StoreException"/>, since dropping one would bring a revoked token or an ended session back; a row that is there already needs
/// no place.</para>
/// <para>Texts have at most 4096 bytes in UTF-8 and come back as they went in; others are an <see cref="ArgumentException"/>. Values derived
/// from secrets are stored as digests.</para>
/// <para>After the store is closed every call is an <see cref="ObjectDisposedException"/>. Closing finishes the writes that were begun, and may be
/// repeated. Safe for concurrent use.</para>
/// </remarks>
public interface IStore : IAsyncDisposable
{
    /// <summary>Revocations of tokens.</summary>
    IRevocationStore Revocations { get; }

    /// <summary>Sessions that are open.</summary>
    ISessionStore Sessions { get; }

    /// <summary>Owners of the tasks of upstream servers.</summary>
    ITaskOwnerStore TaskOwners { get; }

    /// <summary>Use of the quotas of a day.</summary>
    IQuotaStore Quotas { get; }

    /// <summary>Approvals of commands on a person's machine.</summary>
    ICommandApprovalStore CommandApprovals { get; }

    /// <summary>Approvals of definitions of servers, and their first uses.</summary>
    IDefinitionApprovalStore DefinitionApprovals { get; }

    /// <summary>Sealed secrets.</summary>
    ISecretStore Secrets { get; }

    /// <summary>Grants of people to clients, and the credentials of the authorization server.</summary>
    IGrantStore Grants { get; }

    /// <summary>Consents of people to clients.</summary>
    IConsentStore Consents { get; }

    /// <summary>Clients that registered themselves.</summary>
    IClientStore Clients { get; }

    /// <summary>Questions to people, and their answers.</summary>
    IApprovalStore Approvals { get; }

    /// <summary>Answers of people that hold for later calls.</summary>
    IRememberedApprovalStore RememberedApprovals { get; }

    /// <summary>Results that were withheld, sealed.</summary>
    IQuarantineStore Quarantine { get; }

    /// <summary>Servers, tools, users, clients and sessions that are contained.</summary>
    IContainmentStore Containments { get; }

    /// <summary>Connections of people to third-party services, sealed.</summary>
    IConnectionStore Connections { get; }

    /// <summary>Deletes the rows whose time is over.</summary>
    /// <returns>How many rows were deleted.</returns>
    /// <exception cref="StoreException">Nothing was deleted.</exception>
    ValueTask<int> CleanUpAsync(CancellationToken cancellation = default);
}
