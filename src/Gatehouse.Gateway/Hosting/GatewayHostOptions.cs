using Gatehouse.Audit;
using Gatehouse.Integrity.Locks;
using Gatehouse.Pipeline;
using Gatehouse.Pipeline.Configuration;
using Gatehouse.Pipeline.Definitions;

namespace Gatehouse.Gateway.Hosting;

/// <summary>What a gateway is given besides its configuration.</summary>
public sealed record GatewayHostOptions
{
    /// <summary>The clock.</summary>
    public TimeProvider Time { get; init; } = TimeProvider.System;

    /// <summary>Told facts for the operator, one line each, without content of messages.</summary>
    public Action<string> Diagnostics { get; init; } = static _ => { };

    /// <summary>The log; null opens the one of the configuration.</summary>
    public IAuditLog? AuditLog { get; init; }

    /// <summary>Reads the configuration anew for a reload; null when it was not read from a file.</summary>
    public Func<Configuration.ConfigurationResult>? Reload { get; init; }

    /// <summary>Finds the lock that lies where a server was started, named by nobody; it only withholds. Null looks for none.</summary>
    internal Func<ServerSettings, LockFile?>? FindLock { get; init; }

    /// <summary>True for the host of one person's wrapped servers: nobody else is there who could shape what a server shows.</summary>
    internal bool IsPersonal { get; init; }

    /// <summary>
    /// For the range alone: puts a naive twin in the place of a stage. Not reachable from configuration, flags or
    /// environment.
    /// </summary>
    internal Func<PipelineParts, PipelineParts>? ReplaceForRange { get; init; }

    /// <summary>For the range alone: puts naive twins in the place of the judges of definitions. Not reachable otherwise.</summary>
    internal Func<IReadOnlyList<IDefinitionJudge>, IReadOnlyList<IDefinitionJudge>>? JudgesForRange { get; init; }

    /// <summary>For the range alone: sessions forget the definitions they were told. Not reachable otherwise.</summary>
    internal bool ForgetsForRange { get; init; }

    /// <summary>For the range alone: first use is what callers' sessions show. Not reachable otherwise.</summary>
    internal bool TakesSightFromSessionsForRange { get; init; }
}
