namespace Gatehouse.Range.Servers;

/// <summary>A bound on the bytes of all bodies, as people write it in an afternoon: whoever comes first has it.</summary>
internal sealed class CommonBudget(long capacity)
{
    private long used;

    /// <summary>A body that counts while it is kept.</summary>
    public MemoryStream NewBody() => new Body(this);

    private sealed class Body(CommonBudget budget) : MemoryStream
    {
        private long mine;

        public override ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default)
        {
            mine += buffer.Length;
            if (Interlocked.Add(ref budget.used, buffer.Length) > budget.Capacity)
                return ValueTask.FromException(new IOException("no memory is left"));
            return base.WriteAsync(buffer, cancellationToken);
        }

        protected override void Dispose(bool disposing)
        {
            Interlocked.Add(ref budget.used, -Interlocked.Exchange(ref mine, 0));
            base.Dispose(disposing);
        }
    }

    private long Capacity => capacity;
}
