using System.Collections;
using System.Globalization;
using System.Reflection;
using System.Runtime.CompilerServices;
using Gatehouse.Configuration;
using Gatehouse.Configuration.Keys;
using Gatehouse.Configuration.Reading;
using Gatehouse.Settings;
using Gatehouse.Yaml;

namespace Gatehouse.Gateway.Tests.Configuration;

/// <summary>
/// Keys that are properties of a record: each reaches the property of its name and no other, the default is a good value, and what is out of the
/// bounds of the row is refused with them.
/// </summary>
public sealed class SettingsKeyTests
{
    public static TheoryData<string> Keys => [.. Rows.Select(key => key.Path)];

    public static TheoryData<string> BoundedKeys => [.. Rows.Where(key => key.Maximum is not null).Select(key => key.Path)];

    public static TheoryData<string> StartKeys => [.. Rows.Where(key => key.NeedsRestart).Select(key => key.Path)];

    private static IEnumerable<ConfigurationKey> Rows => ConfigurationKeys.All.Where(key => key.GetType().IsGenericType);

    [Theory]
    [MemberData(nameof(Keys))]
    public void AValue_ReachesThePropertyOfItsName_AndNoOther(string path) => Run(nameof(CheckProperty), path);

    [Theory]
    [MemberData(nameof(Keys))]
    public void TheValueOfTheSample_IsInTheSettings(string path) => Run(nameof(CheckSample), path);

    [Theory]
    [MemberData(nameof(BoundedKeys))]
    public void AValueBeyondTheBounds_IsRefusedWithThem(string path)
    {
        var key = Rows.Single(key => key.Path == path);
        foreach (var text in (string[])[Moved(key.Maximum!, 1), Moved(key.Minimum!, -1)])
        {
            if (text.StartsWith('-')) continue; // below 0 there is no value of these kinds
            var (value, faults) = Read(key, text);
            Assert.Null(value);
            Assert.Equal($"choose from {key.Minimum} to {key.Maximum}", Assert.Single(faults).Remedy);
        }

        Assert.NotNull(Read(key, key.Maximum!).Value);
        Assert.NotNull(Read(key, key.Minimum!).Value);
    }

    [Theory]
    [MemberData(nameof(StartKeys))]
    public void AnotherValueOfAKeyOfTheStart_IsNamedAtAReload(string path) => Run(nameof(CheckRestart), path);

    private static void Run(string check, string path)
    {
        var key = Rows.Single(key => key.Path == path);
        typeof(SettingsKeyTests).GetMethod(check, BindingFlags.NonPublic | BindingFlags.Static)!.MakeGenericMethod(key.GetType().GenericTypeArguments)
            .Invoke(null, BindingFlags.DoNotWrapExceptions, null, [key], null);
    }

    private static void CheckProperty<T>(SettingsKey<T> key)
        where T : notnull
    {
        var record = (T)RuntimeHelpers.GetUninitializedObject(typeof(T));
        if (key.Default is { } text)
        {
            record = key.Set(record, Read(key, text).Value!);
            Assert.Equal(text, key.Get(record));
        }

        var value = Read(key, SampleFile.OtherValue(key)).Value!;
        var changed = key.Set(record, value);
        Assert.Equal(value, Read(key, key.Get(changed)!).Value);
        Assert.Equal([char.ToUpperInvariant(key.Name[0]) + key.Name[1..]],
            typeof(T).GetProperties().Where(one => one.CanWrite && !Equals(one.GetValue(record), one.GetValue(changed))).Select(one => one.Name));
    }

    private static void CheckSample<T>(SettingsKey<T> key)
        where T : notnull
    {
        var result = Samples.Load(Samples.Everything);
        var written = result.Values.Where(value => value.Source != "default" && SampleFile.RowOf(value.Path) == key.Path).Select(value => value.Value);
        Assert.Subset(Within(result.Settings!).OfType<T>().Select(key.Get).ToHashSet(), written.ToHashSet<string?>());
    }

    private static void CheckRestart<T>(SettingsKey<T> key)
    {
        var settings = Samples.Load(Samples.Smallest).Settings!;
        var other = settings with { };
        var part = typeof(GatewaySettings).GetProperties().Single(one => one.PropertyType == typeof(T));
        part.SetValue(other, key.Set((T)part.GetValue(settings)!, Read(key, SampleFile.OtherValue(key)).Value!));
        Assert.Equal([key.Path], RestartKeys.Changed(settings, other));
        Assert.Empty(RestartKeys.Changed(settings, settings));
    }

    private static IEnumerable<object> Within(object? settings) => settings switch
    {
        null or string => [],
        IEnumerable list => list.Cast<object>().SelectMany(Within),
        _ when settings.GetType().Assembly == typeof(GatewaySettings).Assembly =>
            settings.GetType().GetProperties(BindingFlags.Instance | BindingFlags.Public).Where(one => one.CanWrite)
                .SelectMany(one => Within(one.GetValue(settings))).Prepend(settings),
        _ => [],
    };

    private static (object? Value, IReadOnlyList<ConfigurationFault> Faults) Read(ConfigurationKey key, string text)
    {
        var faults = new FaultList();
        var value = new ValueReader(faults).Read(key, key.Path, Defaults.Node(key with { Default = text }, YamlMark.None), ValueOrigin.Default);
        return (value is null ? null : new ConfiguredValue(key.Path, key, value, ValueOrigin.Default, YamlMark.None).Setting, faults.ToList());
    }

    private static string Moved(string bound, int by)
    {
        var unit = bound.TrimStart([.. "0123456789"]);
        return $"{int.Parse(bound[..^unit.Length], CultureInfo.InvariantCulture) + by}{unit}";
    }
}
