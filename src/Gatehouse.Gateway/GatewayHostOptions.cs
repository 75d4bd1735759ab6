using Gatehouse.Audit;
using Gatehouse.Audit.Tree.Notes;
using Gatehouse.Configuration.Texts;
using Gatehouse.Diagnostics;
using Gatehouse.Integrity.Locks;
using Gatehouse.Pipeline;
using Gatehouse.Pipeline.Approve;
using Gatehouse.Pipeline.Upstream;
using Gatehouse.Settings;
using Gatehouse.Storage.Abstractions;
using Gatehouse.Upstreams;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;

namespace Gatehouse.Gateway;

/// <summary>Settings of a gateway host in addition to its configuration.</summary>
public sealed record GatewayHostOptions
{
    /// <summary>The clock.</summary>
    public TimeProvider Time { get; init; } = TimeProvider.System;

    /// <summary>Receives the events for the operator (<see cref="OperatorEvents"/>).</summary>
    public ILogger Log { get; init; } = NullLogger.Instance;

    /// <summary>
    /// Receives the lines that local servers write to stderr, where the configuration shows them. They are text of the server, escaped, and no
    /// events of the gateway.
    /// </summary>
    public Action<string> ServerOutput { get; init; } = static _ => { };

    /// <summary>The log; null opens the one of the configuration.</summary>
    public IAuditLog? AuditLog { get; init; }

    /// <summary>The store; null opens the one of the state folder. Closed with the host.</summary>
    public IStore? Store { get; init; }

    /// <summary>Reads the configuration again for a reload, or null when it was not read from a file.</summary>
    public Func<Configuration.ConfigurationResult>? Reload { get; init; }

    /// <summary>The texts of the first configuration, or null when it was not read from a file: then no entry of the log names it.</summary>
    public ConfigurationTexts? Configuration { get; init; }

    /// <summary>
    /// Reads a stored configuration as if its files were those on the disk, for a rollback; null offers none.
    /// </summary>
    public Func<ConfigurationTexts, Configuration.ConfigurationResult>? ReadStored { get; init; }

    /// <summary>
    /// True to fetch the keys of issuers at the start and after a reload, so that an issuer that cannot be reached is reported before a caller
    /// notices. False to fetch them with the first token of each issuer.
    /// </summary>
    public bool FetchKeysAhead { get; init; }

    /// <summary>The credentials of requests to HTTP servers; null takes the one that the configuration names for the server.</summary>
    public IUpstreamCredentials? UpstreamCredentials { get; init; }

    /// <summary>
    /// Leads to the one server of this process, in which the gateway is a library. The host has no listener of its own then: the server's passes
    /// requests to <see cref="Hosting.GatewayHost.ServeAsync"/>. Null (default) listens, and connects to the addresses of servers.
    /// </summary>
    internal HttpMessageHandler? InProcess { get; init; }

    /// <summary>
    /// Puts an upstream before the one of each server: one that makes several requests of one, or answers without any. Null puts none. Not reachable
    /// from configuration, flags or environment.
    /// </summary>
    internal Func<ServerSettings, IUpstream, IUpstream>? AroundUpstream { get; init; }

    /// <summary>Finds a lock in the folder of a server that no configuration names. It only withholds. Null looks for none.</summary>
    internal Func<ServerSettings, LockFile?>? FindLock { get; init; }

    /// <summary>True for the host of one person's wrapped servers: no other caller could shape what a server shows.</summary>
    internal bool IsPersonal { get; init; }

    /// <summary>The operator's next step for withheld definitions; null (default) names the command of the host.</summary>
    internal string? ApprovalRemedy { get; init; }

    /// <summary>True where this system can sign with Ed25519, which the witnesses of a configuration need.</summary>
    internal bool HasEd25519 { get; init; } = NoteSigner.HasEd25519;

    /// <summary>Approver of the exchanges that need the approval of a person; null asks the people that the policy names.</summary>
    internal IApprovals? Approvals { get; init; }

    /// <summary>
    /// Doubles in the place of parts. There are none outside the attack range. Nothing of configuration, flags or environment reaches it.
    /// </summary>
    internal PartReplacements Replacements { get; init; } = PartReplacements.None;

    /// <summary>Puts doubles in the place of services of the host's container. Null outside the attack range.</summary>
    internal Action<IServiceCollection>? ReplaceServices { get; init; }
}
