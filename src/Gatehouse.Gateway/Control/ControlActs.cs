using System.Globalization;
using Gatehouse.Gateway.Hosting;
using Gatehouse.Gateway.Personal;
using Gatehouse.Identity;
using Gatehouse.Link;
using Gatehouse.Pipeline;
using Gatehouse.Policy;

namespace Gatehouse.Gateway.Control;

/// <summary>
/// What the control socket can do. Each act is authorised and recorded; one that names a person needs proof besides the
/// system account: an access token for the administration audience, or with <c>--dev</c> a confirmation typed at the
/// terminal (design rule 12).
/// </summary>
public sealed class ControlActs(GatewayHost host)
{
    private static readonly TimeSpan LongestToken = TimeSpan.FromHours(1);

    private readonly DefinitionActs definitions = new(host.Core);

    /// <summary>Carries out one request.</summary>
    public async Task<ControlReply> HandleAsync(ControlRequest request, PeerAccount peer)
    {
        ArgumentNullException.ThrowIfNull(request);
        ArgumentNullException.ThrowIfNull(peer);
        if (request.Verb is "status" or "session.list" or "lock.pending") return Read(request);
        var actor = new ControlActor();
        // What gives a right needs its entry; what takes one away must work in an emergency as well, also with a full disk.
        var reply = IsWithdrawal(request.Verb) || host.Core.Audit.IsAvailable
            ? await ActAsync(request, peer, actor).ConfigureAwait(false)
            : ControlReply.Refuse(GatewayCore.Unrecorded, GatewayCore.MendLog);
        var isDurable = await host.NoteDurableAsync("control." + request.Verb, Facts(request, peer, actor, reply)).ConfigureAwait(false);
        return isDurable || !reply.Ok ? reply : reply with { Message = $"{reply.Message}; {GatewayCore.NotDurable}" };
    }

    /// <summary>Notes a peer that may not control the gateway.</summary>
    public void NoteRefused(PeerAccount? peer)
    {
        var account = Account(peer);
        host.Core.NoteRefused("account " + account, "control.refused", ("account", account), ("process", peer?.ProcessId.ToString(CultureInfo.InvariantCulture) ?? ""), ("why", "another-account"));
    }

    private ControlReply Read(ControlRequest request) => request.Verb switch
    {
        "status" => Status(),
        "session.list" => ListSessions(request),
        _ => definitions.Pending(),
    };

    private static bool IsWithdrawal(string verb) => verb is "session.revoke" or "revoke" or "lock.revoke" or "drain";

    private async Task<ControlReply> ActAsync(ControlRequest request, PeerAccount peer, ControlActor actor) => request.Verb switch
    {
        "session.revoke" => await RevokeAsync(request, peer, actor).ConfigureAwait(false),
        "revoke" => await RevokeKindAsync(request, peer, actor).ConfigureAwait(false),
        "reload" => await ReloadAsync().ConfigureAwait(false),
        "drain" => await DrainAsync(request).ConfigureAwait(false),
        "token" => Token(request),
        "lock.approve" => await ProvenAsync(request, peer, actor, definitions.ApproveAsync).ConfigureAwait(false),
        "lock.revoke" => await ProvenAsync(request, peer, actor, definitions.RevokeAsync).ConfigureAwait(false),
        _ => ControlReply.Refuse("unknown act", "use the gatehouse command of the same release"),
    };

    // ID-08: who it was, as far as it was proven, and why it was refused; a token that is not genuine proves nobody, so the account stands alone.
    private static (string Name, string Value)[] Facts(ControlRequest request, PeerAccount peer, ControlActor actor, ControlReply reply) =>
    [
        ("outcome", reply.Ok ? "done" : "refused"),
        ("account", Account(peer)),
        ("subject", request.Subject ?? ""),
        ("session", request.Session ?? ""),
        ("about", request.Kind ?? ""),
        .. actor.Admin is { } admin ? [("byIssuer", admin.Issuer), ("by", admin.Subject)] : Array.Empty<(string, string)>(),
        .. reply.Ok ? [] : new (string, string)[] { ("why", actor.Why ?? reply.Message ?? "") },
    ];

    private static string Account(PeerAccount? peer) => peer?.UserId?.ToString(CultureInfo.InvariantCulture) ?? "unknown";

    private ControlReply Status()
    {
        var facts = new Dictionary<string, string>
        {
            ["url"] = host.Address.ToString(),
            ["generation"] = host.Snapshots.Current.Generation.ToString(CultureInfo.InvariantCulture),
            ["sessions"] = host.Sessions.Entries.Count.ToString(CultureInfo.InvariantCulture),
            ["underWay"] = host.Registry.Count.ToString(CultureInfo.InvariantCulture),
            ["ready"] = host.IsReady ? "yes" : "no",
            ["counted"] = host.Quotas.Table.Count.ToString(CultureInfo.InvariantCulture),
        };
        foreach (var (name, value) in new Telemetry.GatewayMetrics(host.Core).Facts()) facts[name] = value;
        LogFacts.AddTo(facts, host.Core);
        foreach (var (name, value) in host.Core.LockFacts()) facts[name] = value;
        foreach (var health in host.Upstreams.Health()) facts["server." + health.Server] = health.State;
        return new ControlReply { Ok = true, Facts = facts };
    }

    private ControlReply ListSessions(ControlRequest request) => new()
    {
        Ok = true,
        Sessions =
        [
            .. host.Sessions.Entries
                .Where(e => request.Server is null || e.Server == request.Server)
                .Where(e => request.Subject is null || e.Subject == request.Subject)
                .OrderBy(e => e.Binding.CreatedAt).Select(SessionView.Of),
        ],
    };

    private async Task<ControlReply> RevokeAsync(ControlRequest request, PeerAccount peer, ControlActor actor)
    {
        if (await ProofAsync(request, peer, actor).ConfigureAwait(false) is { } fault) return fault;
        if (request.Session is { } id)
        {
            if (host.Sessions.Entries.FirstOrDefault(e => e.Binding.Uid == id) is not { } entry)
                return ControlReply.Refuse($"there is no session {id}", "list the sessions with: gatehouse session list");
            await host.Sessions.EndAsync(entry.Binding).ConfigureAwait(false);
            return ControlReply.Done($"session {id} of {entry.Subject} is revoked");
        }

        if (request.Subject is not { } subject) return ControlReply.Refuse("nothing is named", "name a session or --subject");
        return await RevokeSubjectAsync(subject, request.Reason ?? "").ConfigureAwait(false);
    }

    // ID-07: by token, login session, subject, client or issuer. In force in this process when the act is done, open streams included.
    private async Task<ControlReply> RevokeKindAsync(ControlRequest request, PeerAccount peer, ControlActor actor)
    {
        if (await ProofAsync(request, peer, actor).ConfigureAwait(false) is { } fault) return fault;
        if (Kind(request.Kind) is not { } kind) return ControlReply.Refuse("this kind is not known", "name one of token, jti, session, subject, client, issuer");
        var issuer = kind == RevocationKind.TokenHash ? "" : request.Issuer;
        if (issuer is null || (kind != RevocationKind.TokenHash && !host.Issuers.IsTrusted(issuer)))
            return ControlReply.Refuse("no issuer of this configuration is named", $"known: {string.Join(", ", host.Issuers.Known.Order(StringComparer.Ordinal))}");
        var value = kind == RevocationKind.Issuer ? "" : request.Value;
        if (value is null || (kind != RevocationKind.Issuer && value.Length is 0 or > 1024)) return ControlReply.Refuse("nothing is named", "give what is revoked");
        if (kind == RevocationKind.TokenHash && (!TokenHash.TryParse(value, out var hash) || hash.ToString() != value))
            return ControlReply.Refuse("a token is named by its SHA-256 in 64 lower-case hexadecimal digits, never by itself", "take the hash of the token: printf %s TOKEN | sha256sum");
        await host.Revocations.RevokeAsync(kind, issuer, value, request.Reason ?? "").ConfigureAwait(false);
        return ControlReply.Done(string.Create(CultureInfo.InvariantCulture, $"{request.Kind} {value} is revoked; {host.EndRevoked()} exchanges cut"));
    }

    private static RevocationKind? Kind(string? text) => text switch
    {
        "token" => RevocationKind.TokenHash,
        "jti" => RevocationKind.TokenId,
        "session" => RevocationKind.Session,
        "subject" => RevocationKind.Subject,
        "client" => RevocationKind.Client,
        "issuer" => RevocationKind.Issuer,
        _ => null,
    };

    private async Task<ControlReply> RevokeSubjectAsync(string subject, string reason)
    {
        foreach (var issuer in host.Issuers.Known)
            await host.Revocations.RevokeSubjectAsync(issuer, subject, reason).ConfigureAwait(false);
        var sessions = host.Sessions.Entries.Where(e => e.Subject == subject).ToList();
        foreach (var entry in sessions) await host.Sessions.EndAsync(entry.Binding).ConfigureAwait(false);
        var cut = host.Registry.End(e => e.Subject?.Subject == subject);
        return ControlReply.Done(string.Create(CultureInfo.InvariantCulture,
            $"tokens of {subject} issued until now are revoked; {sessions.Count} sessions ended, {cut} exchanges cut"));
    }

    // An approval bears the name of who gave it: the person of the token, or with --dev whoever sits at the terminal of an account.
    private async Task<ControlReply> ProvenAsync(ControlRequest request, PeerAccount peer, ControlActor actor, Func<ControlRequest, string, Task<ControlReply>> act)
    {
        if (await ProofAsync(request, peer, actor).ConfigureAwait(false) is { } fault) return fault;
        return await act(request, actor.Admin is { } admin ? $"{admin.Issuer} {admin.Subject}" : $"terminal of account {Account(peer)}").ConfigureAwait(false);
    }

    private const string WithoutTerminal =
        "run the command in a terminal and type the answer there; where there is none, name the administrators in administration.who and give an access token of one of them with --token-file";

    private async Task<ControlReply?> ProofAsync(ControlRequest request, PeerAccount peer, ControlActor actor)
    {
        var settings = host.Snapshots.Current.Settings;
        if (settings.Development && request.Confirmed)
        {
            // The flag alone is the word of the asking program. A program without a terminal, such as an agent's tool, has nobody who typed there.
            if (Terminals.HasOne(peer.ProcessId)) return null;
            actor.Why = "no-terminal";
            return ControlReply.Refuse("the asking program has no terminal, so no person typed there", WithoutTerminal);
        }

        if (request.AdminToken is not { Length: > 0 } text)
        {
            actor.Why = "no-token";
            return ControlReply.Refuse("this act needs proof of who does it", settings.Development ? WithoutTerminal : "give an access token for the administration audience with --token-file");
        }

        var result = await host.Issuers.ValidateAsync(new AccessTokenValue(text), settings.AdministrationResource, default).ConfigureAwait(false);
        if (result.Token is not { } admin)
        {
            actor.Why = "token: " + result.Refusal;
            return ControlReply.Refuse("the administration token is not valid", $"get a token for the audience {settings.AdministrationResource}");
        }

        actor.Admin = admin;
        if (settings.Administration.Who is { } who && who.Matches(PolicySubjects.Of(admin))) return null;
        actor.Why = "not-an-administrator";
        return ControlReply.Refuse($"{admin.Subject} is not an administrator", "name the administrators in administration.who");
    }

    private async Task<ControlReply> ReloadAsync()
    {
        var faults = await host.ReloadAsync().ConfigureAwait(false);
        return faults.Count == 0
            ? ControlReply.Done(string.Create(CultureInfo.InvariantCulture, $"generation {host.Snapshots.Current.Generation} is in force"))
            : new ControlReply { Ok = false, Message = "the new configuration is not in force; the old one goes on", Remedy = "mend the faults and reload again", Faults = faults };
    }

    private async Task<ControlReply> DrainAsync(ControlRequest request)
    {
        var left = await host.DrainAsync(TimeSpan.FromSeconds(Math.Clamp(request.Seconds ?? 30, 0, 3600))).ConfigureAwait(false);
        return left == 0
            ? ControlReply.Done("drained: nothing is under way")
            : ControlReply.Refuse(string.Create(CultureInfo.InvariantCulture, $"{left} exchanges are still under way"), "wait longer with --seconds, or stop the gateway");
    }

    private ControlReply Token(ControlRequest request)
    {
        if (host.Development is not { } issuer)
            return ControlReply.Refuse("this gateway has no issuer of its own", "start it with --dev, or get a token from your identity provider");
        var settings = host.Snapshots.Current.Settings;
        var server = request.Server is null ? settings.Servers[0] : settings.Server(request.Server);
        if (server is null) return ControlReply.Refuse($"there is no server {request.Server}", "see the servers with: gatehouse config show");
        var asked = TimeSpan.FromSeconds(Math.Max(request.Seconds ?? 3600, 1));
        var token = issuer.Mint(new DevelopmentGrant
        {
            Subject = request.Subject ?? "developer",
            Audience = settings.Resource(server),
            ClientId = request.Client ?? "gatehouse-cli",
            Scopes = [.. request.Scopes ?? server.Scopes],
            Lifetime = asked < LongestToken ? asked : LongestToken,
        });
        return new ControlReply { Ok = true, Token = token.Reveal().ToString() };
    }
}
