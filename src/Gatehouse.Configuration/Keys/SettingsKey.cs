namespace Gatehouse.Configuration.Keys;

/// <summary>A key whose value is one property of a record of settings, which also has the default (<see cref="KeysOf{T}"/>).</summary>
/// <typeparam name="T">The record.</typeparam>
/// <param name="Path">The path.</param>
/// <param name="Kind">The kind of the value.</param>
/// <param name="Description">Its meaning, in sentences.</param>
/// <param name="Get">Reads the property, as it would be written; null where it has no value.</param>
/// <param name="Set">Returns the record with a value of the kind's type.</param>
internal sealed record SettingsKey<T>(string Path, KeyKind Kind, string Description, Func<T, string?> Get, Func<T, object, T> Set)
    : ConfigurationKey(Path, Kind, Description);
