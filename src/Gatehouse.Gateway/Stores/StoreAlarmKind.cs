namespace Gatehouse.Gateway.Stores;

/// <summary>The difference between a store and the one that the gateway left.</summary>
internal enum StoreAlarmKind
{
    /// <summary>The store was not there, or was empty.</summary>
    Lost,

    /// <summary>The store has fewer commits than the gateway recorded: an older copy.</summary>
    RolledBack,

    /// <summary>The store is another one, or a copy from before it had an id.</summary>
    Replaced,

    /// <summary>The record of the commits is missing or cannot be read, so that the store cannot be compared.</summary>
    RecordMissing,
}

/// <summary>The words of <see cref="StoreAlarmKind"/> in files, entries and events.</summary>
internal static class StoreAlarmKinds
{
    private static readonly string[] Words = ["lost", "rolled-back", "replaced", "record-missing"];

    /// <summary>Returns the word of a kind.</summary>
    public static string Word(this StoreAlarmKind kind) => Words[(int)kind];

    /// <summary>Reads a word.</summary>
    public static bool TryParse(string word, out StoreAlarmKind kind)
    {
        var at = Array.IndexOf(Words, word);
        kind = (StoreAlarmKind)Math.Max(at, 0);
        return at >= 0;
    }
}
