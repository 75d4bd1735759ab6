using Gatehouse.Storage.Abstractions;

namespace Gatehouse.Testing.Stores;

/// <summary>The rows of an <see cref="InMemoryStore"/>. They outlive it, as a file outlives the store that has it open.</summary>
public sealed class InMemoryStoreData
{
    internal Lock Gate { get; } = new();

    internal Dictionary<(string Kind, string Issuer, string Value), RevocationRow> Revocations { get; } = [];

    internal Dictionary<string, OpenSessionRow> Sessions { get; } = new(StringComparer.Ordinal);

    internal Dictionary<(string Server, string Task), TaskOwnerRow> TaskOwners { get; } = [];

    internal Dictionary<string, QuotaDayRow> Quotas { get; } = new(StringComparer.Ordinal);

    internal Dictionary<(string Purpose, string Owner, string Name), SecretRow> Secrets { get; } = [];

    internal Dictionary<string, GrantRow> Grants { get; } = new(StringComparer.Ordinal);

    internal Dictionary<(CredentialKind Kind, string Digest), InMemoryCredential> Credentials { get; } = [];

    internal Dictionary<(string Subject, string ClientId, string Resource), ConsentRow> Consents { get; } = [];

    internal Dictionary<string, ClientRow> Clients { get; } = new(StringComparer.Ordinal);

    internal Dictionary<string, ApprovalRow> Approvals { get; } = new(StringComparer.Ordinal);

    internal Dictionary<(string Id, string Person), ApprovalAnswerRow> ApprovalAnswers { get; } = [];

    internal Dictionary<string, RememberedApprovalRow> RememberedApprovals { get; } = new(StringComparer.Ordinal);

    internal Dictionary<string, InMemoryResult> Quarantine { get; } = new(StringComparer.Ordinal);

    internal Dictionary<string, ContainmentRow> Containments { get; } = new(StringComparer.Ordinal);

    internal Dictionary<string, CommandRow> Commands { get; } = new(StringComparer.Ordinal);

    internal Dictionary<(string Server, string Source, string Kind, string Name, string Digest, string By), DefinitionApprovalRow> Definitions
    {
        get;
    } = [];
}
