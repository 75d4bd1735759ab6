using Gatehouse.Pipeline.Bounds;

namespace Gatehouse.Pipeline.Snapshots;

/// <summary>The holder of the snapshot in force.</summary>
public sealed class SnapshotHolder(GatewaySnapshot first)
{
    private volatile GatewaySnapshot current = first;

    /// <summary>The snapshot in force now.</summary>
    public GatewaySnapshot Current => current;

    /// <summary>Raised by <see cref="Announce"/>, with the snapshot in force.</summary>
    public event Action<GatewaySnapshot>? Replaced;

    /// <summary>Puts a new snapshot in force, and announces it.</summary>
    public void Replace(GatewaySnapshot next)
    {
        PutInForce(next);
        Announce();
    }

    /// <summary>Puts a new snapshot in force with one assignment: no exchange sees parts of two. Nothing else happens.</summary>
    public void PutInForce(GatewaySnapshot next)
    {
        ArgumentNullException.ThrowIfNull(next);
        current = next;
    }

    /// <summary>
    /// Lets the parts know that another snapshot is in force. Each is called although another one fails; the first fault is thrown then.
    /// </summary>
    public void Announce()
    {
        var faults = new FirstFault();
        foreach (var part in Delegate.EnumerateInvocationList(Replaced)) faults.Run(() => part(current));
        faults.Throw();
    }
}
