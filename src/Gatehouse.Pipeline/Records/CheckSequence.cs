namespace Gatehouse.Pipeline.Records;

/// <summary>
/// The checks that ran in an exchange, in order. Nearly all exchanges pass the same checks in the same order, so they share the sequences: each
/// knows those that continue it. Immutable; safe for concurrent use.
/// </summary>
internal sealed class CheckSequence
{
    /// <summary>The most sequences that are shared. Beyond it each exchange has its own, so that no caller makes this grow.</summary>
    public const int MostShared = 1024;

    private readonly Room room;
    private readonly string stage;
    private readonly bool passed;
    private CheckSequence[] next = [];

    private CheckSequence(Room room, string stage, bool passed, IReadOnlyList<string> texts)
    {
        (this.room, this.stage, this.passed, Texts) = (room, stage, passed, texts);
    }

    /// <summary>The sequence without a check, with which every exchange begins.</summary>
    public static CheckSequence Empty { get; } = Begin(MostShared);

    /// <summary>The checks as entries have them: the stage, with <c>:deny</c> where it refused.</summary>
    public IReadOnlyList<string> Texts { get; }

    /// <summary>Begins sequences that are shared with no other ones.</summary>
    /// <param name="most">The most of them that are shared.</param>
    internal static CheckSequence Begin(int most) => new(new Room(most), "", passed: true, []);

    /// <summary>Returns the sequence that continues this one by a check.</summary>
    public CheckSequence With(string stage, bool passed)
    {
        return Find(Volatile.Read(ref next), stage, passed) ?? Share(new CheckSequence(room, stage, passed, [.. Texts, passed ? stage : stage + ":deny"]));
    }

    private CheckSequence Share(CheckSequence made)
    {
        if (!room.TryTake()) return made;
        while (true)
        {
            var known = Volatile.Read(ref next);
            if (Find(known, made.stage, made.passed) is { } first) // another exchange was first
            {
                room.GiveBack();
                return first;
            }

            if (Interlocked.CompareExchange(ref next, [.. known, made], known) == known) return made;
        }
    }

    private static CheckSequence? Find(CheckSequence[] among, string stage, bool passed)
    {
        foreach (var one in among)
        {
            if (one.passed == passed && one.stage == stage) return one;
        }

        return null;
    }

    private sealed class Room(int most)
    {
        private int taken;

        public bool TryTake()
        {
            if (Volatile.Read(ref taken) >= most) return false;
            if (Interlocked.Increment(ref taken) <= most) return true;
            GiveBack();
            return false;
        }

        public void GiveBack() => Interlocked.Decrement(ref taken);
    }
}
