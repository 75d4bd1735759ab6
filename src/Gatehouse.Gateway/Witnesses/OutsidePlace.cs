using Gatehouse.Audit.Verification.Logs;

namespace Gatehouse.Gateway.Witnesses;

/// <summary>A witness or an outside place that receives the checkpoints of the log.</summary>
internal abstract class OutsidePlace
{
    /// <summary>The kind and the name: <c>witness.NAME</c> or <c>checkpoints.NAME</c>.</summary>
    public abstract string Name { get; }

    /// <summary>The folder, or the address without a query, as the configuration has it.</summary>
    public abstract string Target { get; }

    /// <summary>Everything that makes another place of it. A reload that leaves it as it is keeps what the place is known to have.</summary>
    public abstract string Identity { get; }

    /// <summary>The operator of a witness, in words; null for a place.</summary>
    public virtual string? Operator => null;

    /// <summary>Returns the size of a log that the place has, as far as the gateway knows after a start; 0 where it does not know.</summary>
    /// <exception cref="IOException">The log cannot be read.</exception>
    public abstract long KnownSize(LogSnapshot log);

    /// <summary>Sends the checkpoint of a log.</summary>
    /// <param name="log">The log. It has a checkpoint with at least one entry.</param>
    /// <param name="knownSize">The size that the place has, as far as the gateway knows.</param>
    /// <param name="cancellation">Ends the request.</param>
    /// <returns>The result. Faults of connections and files are thrown.</returns>
    public abstract Task<SendOutcome> SendAsync(LogSnapshot log, long knownSize, CancellationToken cancellation);
}
