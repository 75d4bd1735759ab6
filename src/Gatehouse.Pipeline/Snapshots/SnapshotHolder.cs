namespace Gatehouse.Pipeline.Snapshots;

/// <summary>The holder of the snapshot in force.</summary>
public sealed class SnapshotHolder(GatewaySnapshot first)
{
    private volatile GatewaySnapshot current = first;

    /// <summary>The snapshot in force now.</summary>
    public GatewaySnapshot Current => current;

    /// <summary>Raised after a replacement, with the new snapshot.</summary>
    public event Action<GatewaySnapshot>? Replaced;

    /// <summary>Puts a new snapshot in force.</summary>
    public void Replace(GatewaySnapshot next)
    {
        ArgumentNullException.ThrowIfNull(next);
        current = next;
        Replaced?.Invoke(next);
    }
}
