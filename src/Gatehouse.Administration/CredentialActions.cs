using Gatehouse.Text;

namespace Gatehouse.Administration;

/// <summary>Lists the credentials of servers that issuers issued.</summary>
/// <param name="Server">Only of this server, or null for all.</param>
/// <param name="Subject">Only of this person, or null for all.</param>
internal sealed record ListCredentials(string? Server = null, string? Subject = null) : AdministrativeAction<CredentialList>
{
    internal override string Name => "credential.list";

    internal override ActRow Row => CredentialRows.List;

    internal override ActionEffect Effect => ActionEffect.Reads;

    public override bool IsOffered(AdministrationParts parts) => parts.Credentials is not null;

    protected override Task<ActionOutcome<CredentialList>> RunAsync(AdministrationParts parts, Administrator by) =>
        Task.FromResult<ActionOutcome<CredentialList>>(new CredentialList(parts.Credentials!.List(Server, Subject)));
}

/// <summary>Forgets credentials of a server, so that the next call obtains new ones. It gives no right and takes none.</summary>
/// <param name="Server">The server.</param>
/// <param name="Subject">Only of this person, or null for all.</param>
internal sealed record RefreshCredentials(string Server = "", string? Subject = null) : AdministrativeAction<CredentialsForgotten>
{
    internal override string Name => "credential.refresh";

    internal override ActRow Row => CredentialRows.Refresh;

    internal override ActionEffect Effect => ActionEffect.Withdraws;

    internal override IReadOnlyList<KeyValuePair<string, string>> Facts =>
        [.. Named(about: Subject ?? ""), KeyValuePair.Create("givenServer", Server)];

    public override bool IsOffered(AdministrationParts parts) => parts.Credentials is not null;

    public override ActionRefusal? Fault(AdministrationParts parts) => Server.Length == 0 ? ActionRefusal.NoServerNamed : null;

    protected override Task<ActionOutcome<CredentialsForgotten>> RunAsync(AdministrationParts parts, Administrator by) =>
        Task.FromResult<ActionOutcome<CredentialsForgotten>>(parts.Credentials!.Forget(Server, Subject) is { } count
            ? new CredentialsForgotten(Server, count) : ActionRefusal.NoIssuedCredential(Server));
}

/// <summary>Credentials, by server.</summary>
internal sealed record CredentialList(IReadOnlyList<CredentialView> Credentials) : ActResult;

/// <summary>Credentials were forgotten.</summary>
internal sealed record CredentialsForgotten(string Server, int Count) : ActResult
{
    /// <inheritdoc />
    internal override string Sentence => $"forgot {Counted.Of(Count, "credential", "credentials")} of {Server}; the next call obtains a new one";
}
