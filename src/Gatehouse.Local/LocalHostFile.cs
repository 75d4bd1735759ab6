using System.Globalization;
using Gatehouse.Configuration;
using Gatehouse.Configuration.Texts;
using Gatehouse.Gateway.Configurations;
using Gatehouse.Gateway.Hosting;
using Gatehouse.Ipc;

namespace Gatehouse.Local;

/// <summary>
/// The personal configuration in force. It is looked at with each wrapper that connects. A faulty new file never replaces a good one, and the person
/// who starts a server learns of it (design rule 7).
/// </summary>
internal sealed class LocalHostFile
{
    private readonly RuntimePaths places;
    private readonly SemaphoreSlim turn = new(1, 1);
    private (DateTime, long) stamp;
    private volatile LocalHostSettings current;
    private LocalHostSettings? read;

    /// <exception cref="InvalidDataException">The file is faulty; the message has the first fault.</exception>
    public LocalHostFile(RuntimePaths places)
    {
        this.places = places;
        stamp = Stamp();
        var files = new ConfigurationFiles();
        var (settings, faults) = LocalHostLoader.Load(places, files);
        First = files.ToTexts("");
        current = settings ?? throw new InvalidDataException(
            string.Create(CultureInfo.InvariantCulture, $"{places.Configuration} has faults ({faults.Count}; see 'gatehouse host check'), ")
                + $"the first: {faults[0]}");
    }

    /// <summary>The settings in force.</summary>
    public LocalHostSettings Current => current;

    /// <summary>The texts that were read first; null where there is no file, and the preset holds.</summary>
    public ConfigurationTexts? First { get; }

    /// <summary>The reason why the file on disk is not in force; empty when it is.</summary>
    public string Note { get; private set; } = "";

    /// <summary>Reads the file for the core's reload.</summary>
    public ConfigurationResult Reload()
    {
        stamp = Stamp();
        var files = new ConfigurationFiles();
        (read, var faults) = LocalHostLoader.Load(places, files);
        return new ConfigurationResult
        {
            Settings = read?.Gateway,
            Faults = faults,
            SourcePath = places.Configuration,
            Texts = files.ToTexts(""),
        };
    }

    /// <summary>Puts the file in force if it changed since it was last looked at.</summary>
    public async ValueTask RefreshAsync(GatewayCore core)
    {
        if (Stamp() == stamp) return;
        await PutInForceAsync(core, ConfigurationOrigin.File).ConfigureAwait(false);
    }

    /// <summary>Puts the file in force.</summary>
    /// <param name="core">The core of the host.</param>
    /// <param name="origin">Who puts it in force, and in which way.</param>
    /// <returns>The faults; empty when it is in force.</returns>
    public async ValueTask<IReadOnlyList<string>> PutInForceAsync(GatewayCore core, ConfigurationOrigin origin)
    {
        await turn.WaitAsync().ConfigureAwait(false);
        try
        {
            var faults = await core.ReloadAsync(origin).ConfigureAwait(false);
            if (faults.Count == 0 && read is { } next) current = next;
            Note = faults.Count == 0
                ? "" : $"{places.Configuration} has faults and is not in force; the previous configuration remains in force. See: gatehouse host check";
            return faults;
        }
        finally
        {
            turn.Release();
        }
    }

    private (DateTime, long) Stamp()
    {
        var file = new FileInfo(places.Configuration);
        return file.Exists ? (file.LastWriteTimeUtc, file.Length) : default;
    }
}
