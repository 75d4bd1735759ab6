using Gatehouse.Configuration.Reading;
using Gatehouse.Configuration.Rules;
using Gatehouse.Configuration.Texts;
using Gatehouse.Integrity.Locks;
using Gatehouse.Settings;

namespace Gatehouse.Configuration;

/// <summary>
/// The reader of the lock that the configuration names. A faulty one is a fault of the configuration: nothing starts with it, and a reload leaves the
/// old one in force.
/// </summary>
internal static class LockLoader
{
    private const int Largest = 16 << 20;

    /// <summary>Returns the lock, or null when none is configured or it has faults.</summary>
    /// <param name="root">The configuration.</param>
    /// <param name="configuration">Its file. Empty where it is none.</param>
    /// <param name="files">The files that are read.</param>
    /// <param name="faults">The list that receives faults.</param>
    public static LockSettings? Read(ConfigurationSection root, string configuration, ConfigurationFiles files, FaultList faults)
    {
        var section = root.Part("lock");
        if (!section.IsGiven) return null;
        if (section.Find("file") is not { } file) return Settings(section, null, new LockFile([]));
        var path = Path.IsPathFullyQualified(file.Text) || configuration.Length == 0
            ? file.Text : Path.Join(Path.GetDirectoryName(Path.GetFullPath(configuration)), file.Text);
        if (!Path.IsPathFullyQualified(path))
        {
            faults.Add(file, "the path depends on the working folder", "write it from the root, or relative to the folder of the configuration");
            return null;
        }

        return ReadFile(path, files, faults) is { } content ? Settings(section, path, content) : null;
    }

    /// <summary>Reads a lock file. Returns null, and adds a fault, when it may not or cannot be read.</summary>
    public static LockFile? ReadFile(string path, FaultList faults) => ReadFile(path, new ConfigurationFiles(), faults);

    private static LockFile? ReadFile(string path, ConfigurationFiles files, FaultList faults)
    {
        var inner = new FaultList();
        LockFile? content = null;
        if (files.ReadBytes(SnapshotPart.Lock, path, Largest, inner) is { } bytes && !LockReader.TryRead(bytes, out content, out var found))
        {
            foreach (var fault in found) inner.Add(YamlMark.None, fault.Path, fault.Message, fault.Remedy);
        }

        foreach (var fault in inner.ToList()) faults.Add(fault with { File = path });
        return content;
    }

    private static LockSettings Settings(ConfigurationSection section, string? path, LockFile content) => section.Into(new LockSettings
    {
        File = path,
        Content = content,
        FirstUse = section.Find("firstUse")?.Text switch { "trust" => FirstUseMode.Trust, "off" => FirstUseMode.Off, _ => FirstUseMode.Refuse },
        Rules = new ApprovalRules
        {
            Signatures = (int)section.Get<long>("requiredSignatures"),
            Keys = section.Items("keys").Where(item => LockRules.Key(item.Text) is not null)
                .ToDictionary(item => item.Name, item => (ReadOnlyMemory<byte>)LockRules.Key(item.Text), StringComparer.Ordinal),
        },
    });
}
