namespace Gatehouse.Inventory.Tests.Editing;

/// <summary>The same choices in every run.</summary>
internal sealed class Dice(int seed)
{
    private uint state = ((uint)seed * 2654435761u) + 12345;

    public int Next(int below)
    {
        state = (state * 1664525u) + 1013904223u;
        return (int)((state >> 8) % (uint)below);
    }

    public bool Chance(int percent) => Next(100) < percent;

    public T One<T>(params IReadOnlyList<T> of) => of[Next(of.Count)];
}
