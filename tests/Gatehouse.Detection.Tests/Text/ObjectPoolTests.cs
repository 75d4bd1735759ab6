using Gatehouse.Detection.Text;

namespace Gatehouse.Detection.Tests.Text;

/// <summary>The pool of objects that are used again.</summary>
public sealed class ObjectPoolTests
{
    // Threat: two callers get one object, and the text of one is in the judgement of the other.
    [Fact]
    public void Object_IsUsedByOneCallerAtATime()
    {
        var pool = new ObjectPool<Used>(static () => new Used());
        Parallel.For(0, 200_000, _ =>
        {
            var one = pool.Take();
            Assert.Equal(1, Interlocked.Increment(ref one.Users));
            Assert.Equal(0, Interlocked.Decrement(ref one.Users));
            pool.Return(one);
        });
    }

    [Fact]
    public void Objects_AreUsedAgain_UpToTheBound()
    {
        var made = 0;
        var pool = new ObjectPool<Used>(() =>
        {
            made++;
            return new Used();
        });
        var all = Enumerable.Range(0, 2 * ObjectPool<Used>.MostIdle).Select(_ => pool.Take()).ToList();
        Assert.Equal(all.Count, made);
        all.ForEach(pool.Return);
        for (var i = 0; i < all.Count; i++) pool.Take();
        Assert.Equal(all.Count + ObjectPool<Used>.MostIdle, made);
    }

    private sealed class Used
    {
        public int Users;
    }
}
