using Gatehouse.Pipeline;

namespace Gatehouse.Gateway.Transport;

/// <summary>One bound for the bytes of all messages held at once (design rule 8).</summary>
public sealed class ByteBudget(long capacity)
{
    private long used;

    /// <summary>Bytes held now.</summary>
    public long Used => Interlocked.Read(ref used);

    /// <summary>Takes bytes from the budget.</summary>
    /// <exception cref="RefusalException"><see cref="Reasons.TooBusy"/>: the budget is spent.</exception>
    public void Take(long bytes)
    {
        if (Interlocked.Add(ref used, bytes) <= capacity) return;
        Interlocked.Add(ref used, -bytes);
        throw new RefusalException(Reasons.TooBusy, "limits.bufferedBytes");
    }

    /// <summary>Gives bytes back.</summary>
    public void Return(long bytes) => Interlocked.Add(ref used, -bytes);
}
