using Gatehouse.Text;

namespace Gatehouse.Administration;

/// <summary>Lists the credentials of servers that issuers issued, and the connections of people.</summary>
/// <param name="Server">Only of this server, or null for all.</param>
/// <param name="Subject">Only of this person, or null for all.</param>
internal sealed record ListCredentials(string? Server = null, string? Subject = null) : AdministrativeAction<CredentialList>
{
    internal override string Name => "credential.list";

    internal override ActRow Row => CredentialRows.List;

    internal override ActionEffect Effect => ActionEffect.Reads;

    public override bool IsOffered(AdministrationParts parts) => parts.Credentials is not null;

    protected override async Task<ActionOutcome<CredentialList>> RunAsync(AdministrationParts parts, Administrator by) =>
        new CredentialList(
        [
            .. parts.Credentials!.List(Server, Subject),
            .. parts.Connections is { } connections ? await connections.ListAsync(Server, Subject).ConfigureAwait(false) : [],
        ]);
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
            ? new CredentialsForgotten(Server, count) : ActionRefusal.NoIssuedCredential(Server, parts.Credentials.Servers));
}

/// <summary>Disconnects a person from the third-party service of a server (OB-05).</summary>
/// <param name="Server">The server.</param>
/// <param name="Subject">The person.</param>
/// <param name="Issuer">The issuer of the person; null where one issuer has a connection of this subject.</param>
internal sealed record DisconnectPerson(string Server = "", string Subject = "", string? Issuer = null) : AdministrativeAction<PersonDisconnected>
{
    internal override string Name => "credential.disconnect";

    internal override ActRow Row => CredentialRows.Disconnect;

    internal override ActionEffect Effect => ActionEffect.Withdraws;

    internal override IReadOnlyList<KeyValuePair<string, string>> Facts =>
        [.. Named(about: Subject), KeyValuePair.Create("givenServer", Server)];

    public override bool IsOffered(AdministrationParts parts) => parts.Connections is not null;

    public override ActionRefusal? Fault(AdministrationParts parts) =>
        Server.Length == 0 ? ActionRefusal.NoServerNamed : Subject.Length == 0 ? ActionRefusal.NoConnection(Server, Subject) : null;

    // Threat: of two people with one subject the wrong one is disconnected, and the other keeps the access (CWE-694).
    protected override async Task<ActionOutcome<PersonDisconnected>> RunAsync(AdministrationParts parts, Administrator by)
    {
        var connections = parts.Connections!;
        var issuers = Issuer is { } named ? (IReadOnlyList<string>)[named] : await connections.IssuersOfAsync(Server, Subject).ConfigureAwait(false);
        if (issuers.Count == 0 && !connections.Servers.Contains(Server)) return ActionRefusal.NoConnectedServer(Server, connections.Servers);
        if (issuers.Count > 1) return ActionRefusal.SeveralIssuers(Subject, issuers);
        return issuers.Count == 1 && await connections.DisconnectAsync(Server, issuers[0], Subject).ConfigureAwait(false) is { } isRevoked
            ? new PersonDisconnected(Server, Subject, isRevoked) : ActionRefusal.NoConnection(Server, Subject);
    }
}

/// <summary>Credentials, by server.</summary>
internal sealed record CredentialList(IReadOnlyList<CredentialView> Credentials) : ActResult;

/// <summary>Credentials were forgotten.</summary>
internal sealed record CredentialsForgotten(string Server, int Count) : ActResult
{
    /// <inheritdoc />
    internal override string Sentence => Count == 0
        ? $"nothing was held for {Server}, or for that person there; subjects are those of the list of credentials"
        : $"forgot {Counted.Of(Count, "credential", "credentials")} of {Server}; the next call obtains a new one";
}

/// <summary>A person was disconnected.</summary>
/// <param name="Server">The server.</param>
/// <param name="Subject">The person.</param>
/// <param name="IsRevoked">Whether the service confirmed that it revoked the tokens.</param>
internal sealed record PersonDisconnected(string Server, string Subject, bool IsRevoked) : ActResult
{
    /// <inheritdoc />
    internal override string Sentence => $"disconnected {Subject} from the service of {Server}; "
        + (IsRevoked ? "the service revoked the tokens" : "the service did not confirm the revocation: the person can remove the gateway there");
}
