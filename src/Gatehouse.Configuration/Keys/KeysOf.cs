using Gatehouse.Settings;

namespace Gatehouse.Configuration.Keys;

/// <summary>
/// Makes the rows of keys that are properties of one record. The property's own value is the default, so that nothing repeats it; reading, the
/// schema, the reference and the sample follow the row.
/// </summary>
/// <typeparam name="T">The record.</typeparam>
/// <param name="defaults">The record with its defaults.</param>
internal sealed class KeysOf<T>(T defaults)
{
    public SettingsKey<T> Number(string path, string text, string least, string most, Func<T, int> get, Func<T, int, T> set) =>
        Bounded(path, KeyKind.Number, text, least, most, one => Scalars.Text(get(one)), (one, value) => set(one, (int)(long)value));

    public SettingsKey<T> Size(string path, string text, string least, string most, Func<T, int> get, Func<T, int, T> set) =>
        Bounded(path, KeyKind.Size, text, least, most, one => Scalars.SizeText(get(one)), (one, value) => set(one, (int)(long)value));

    public SettingsKey<T> Size(string path, string text, string least, string most, Func<T, long> get, Func<T, long, T> set) =>
        Bounded(path, KeyKind.Size, text, least, most, one => Scalars.SizeText(get(one)), (one, value) => set(one, (long)value));

    public SettingsKey<T> Duration(string path, string text, string least, string most, Func<T, TimeSpan> get, Func<T, TimeSpan, T> set) =>
        Bounded(path, KeyKind.Duration, text, least, most, one => Scalars.Text(get(one)), (one, value) => set(one, (TimeSpan)value));

    public SettingsKey<T> Rate(string path, string text, Func<T, Rate> get, Func<T, Rate, T> set) =>
        Row(path, KeyKind.Rate, text, one => get(one).ToString(), (one, value) => set(one, (Rate)value));

    public SettingsKey<T> Switch(string path, string text, Func<T, bool> get, Func<T, bool, T> set) =>
        Row(path, KeyKind.Switch, text, one => Scalars.Text(get(one)), (one, value) => set(one, (bool)value));

    public SettingsKey<T> Choice<TValue>(
        string path, string text, (string Word, TValue Value)[] words, Func<T, TValue> get, Func<T, TValue, T> set)
        where TValue : struct =>
        Row(path, KeyKind.Choice, text, one => words.First(pair => EqualityComparer<TValue>.Default.Equals(pair.Value, get(one))).Word,
            (one, word) => set(one, words.First(pair => pair.Word == (string)word).Value)) with
        { Allowed = [.. words.Select(pair => pair.Word)] };

    public SettingsKey<T> Text(string path, string text, Func<T, string?> get, Func<T, string, T> set) =>
        Row(path, KeyKind.Text, text, get, (one, value) => set(one, (string)value));

    public SettingsKey<T> Place(string path, string text, Func<T, string?> get, Func<T, string, T> set) =>
        Row(path, KeyKind.Place, text, get, (one, value) => set(one, (string)value));

    public SettingsKey<T> Url(string path, string text, Func<T, Uri?> get, Func<T, Uri, T> set) =>
        Row(path, KeyKind.Url, text, one => get(one)?.OriginalString, (one, value) => set(one, (Uri)value));

    public SettingsKey<T> Secret(string path, string text, Func<T, SecretReference?> get, Func<T, SecretReference, T> set) =>
        Row(path, KeyKind.Secret, text, one => get(one)?.ToString(), (one, value) => set(one, (SecretReference)value));

    public SettingsKey<T> Texts(string path, string text, Func<T, IReadOnlyList<string>> get, Func<T, IReadOnlyList<string>, T> set) =>
        Row(path, KeyKind.TextList, text, one => $"[{string.Join(", ", get(one))}]", (one, value) => set(one, (IReadOnlyList<string>)value));

    private SettingsKey<T> Bounded(
        string path, KeyKind kind, string text, string least, string most, Func<T, string?> get, Func<T, object, T> set) =>
        Row(path, kind, text, get, set) with { Minimum = least, Maximum = most };

    private SettingsKey<T> Row(string path, KeyKind kind, string text, Func<T, string?> get, Func<T, object, T> set) =>
        new(path, kind, text, get, set) { Default = get(defaults) };
}
