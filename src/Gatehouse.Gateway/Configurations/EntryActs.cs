namespace Gatehouse.Gateway.Configurations;

/// <summary>The control entries about configurations.</summary>
internal static class EntryActs
{
    /// <summary>A configuration is about to be in force.</summary>
    public const string Applied = "configuration.applied";

    /// <summary>A configuration was refused. The one before it stays in force.</summary>
    public const string Refused = "configuration.refused";

    /// <summary>The kept texts of a configuration are about to be destroyed.</summary>
    public const string Forgotten = "configuration.forgotten";

    /// <summary>
    /// The fact of an entry <see cref="Refused"/> whose configuration has an entry <see cref="Applied"/> already: the change failed after it.
    /// </summary>
    public const string UndoneFact = "undone";
}
