namespace Gatehouse.Gateway.Configurations;

/// <summary>The control entries about configurations.</summary>
internal static class EntryActs
{
    /// <summary>A configuration is about to be in force.</summary>
    public const string Applied = "configuration.applied";

    /// <summary>A configuration was refused. The one before it stays in force.</summary>
    public const string Refused = "configuration.refused";

    /// <summary>A configuration is in force, and a step after that failed.</summary>
    public const string Incomplete = "configuration.incomplete";

    /// <summary>The kept texts of a configuration are about to be destroyed.</summary>
    public const string Forgotten = "configuration.forgotten";

    /// <summary>
    /// The fact of an entry <see cref="Refused"/> whose configuration has an entry <see cref="Applied"/> already: the change failed after it.
    /// </summary>
    public const string UndoneFact = "undone";

    /// <summary>
    /// The fact of an entry <see cref="Applied"/>, and of the entry <see cref="Refused"/> that undoes it: a name of the change, 32 hexadecimal
    /// digits. Entries of earlier builds have none.
    /// </summary>
    public const string ChangeFact = "change";

    /// <summary>The fact of an entry <see cref="Refused"/> for a change that a fault of the program or the machine ended: the type of the fault.</summary>
    public const string FaultFact = "fault";

    /// <summary>The fact of an entry that was written later than the act that it is about: <c>yes</c>.</summary>
    public const string RecoveredFact = "recovered";

    /// <summary>
    /// The fact of an entry with <see cref="RecoveredFact"/>: the time (UTC, ISO 8601) of the act. A record that is damaged has none.
    /// </summary>
    public const string AttemptedFact = "attempted";
}
