using Gatehouse.Pipeline.Containment;
using Gatehouse.Pipeline.Exchanges;

namespace Gatehouse.Containment;

/// <summary>
/// What is contained now. Every check asks this, and the <see cref="ContainmentRegister"/> changes it. From the start it has what the store had, so
/// that no request is decided without it.
/// </summary>
internal class ContainmentState : IContainments
{
    private volatile ContainedSet inForce;
    private long generation;

    /// <summary>Takes the rows of the process before this one. From now on they are in force.</summary>
    /// <param name="stored">Those that the store had at the start.</param>
    /// <param name="boxes">Their facts.</param>
    /// <exception cref="InvalidDataException">A row cannot be opened.</exception>
    public ContainmentState(StoredContainments stored, ContainmentBoxes boxes) =>
        inForce = new ContainedSet(stored.Rows.Select(boxes.Open));

    /// <summary>Takes the place of another one.</summary>
    protected ContainmentState(ContainmentState other) => inForce = other.inForce;

    /// <summary>The containments that every check asks for.</summary>
    public virtual ContainedSet Current => inForce;

    /// <summary>The containments that the register put in force last.</summary>
    internal ContainedSet InForce => inForce;

    /// <summary>Changes with each containment and each release.</summary>
    public long Generation => Interlocked.Read(ref generation);

    /// <inheritdoc />
    public bool IsAny => Current.All.Count > 0;

    /// <inheritdoc />
    public string? Find(Exchange exchange)
    {
        ArgumentNullException.ThrowIfNull(exchange);
        return Current.Find(exchange);
    }

    /// <summary>Puts a set in force. The caller has the turn of the register.</summary>
    internal void Put(ContainedSet next)
    {
        inForce = next; // before the generation: who reads the new generation reads the new set
        Interlocked.Increment(ref generation);
    }
}
