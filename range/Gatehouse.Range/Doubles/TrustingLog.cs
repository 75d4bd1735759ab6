using System.Security.Cryptography;
using Gatehouse.Audit.Tree;
using Gatehouse.Audit.Tree.Notes;
using Gatehouse.Range.Running;

namespace Gatehouse.Range.Doubles;

/// <summary>A log that believes its folder: where it has no key for the newest log there, it begins another and names that one.</summary>
internal static class TrustingLog
{
    private const string Previous = "previous";

    public static async Task<string?> OpenAsync(LogPlace place)
    {
        Directory.CreateDirectory(place.Logs);
        Directory.CreateDirectory(place.Keys);
        var logs = Directory.EnumerateDirectories(place.Logs).Order(StringComparer.Ordinal).ToList();
        if (logs is not [.., var newest])
        {
            await BeginAsync(place, 1, "").ConfigureAwait(false);
            return null;
        }

        var line = (await File.ReadAllLinesAsync(Path.Combine(newest, LogLayout.Keys)).ConfigureAwait(false))[0];
        if (!NoteKey.TryParse(line, out var key, out _)) throw new InvalidOperationException("the key of the log cannot be read");
        if (!File.Exists(Path.Combine(place.Keys, key.Name))) await BeginAsync(place, logs.Count + 1, key.Name).ConfigureAwait(false);
        var last = Directory.EnumerateDirectories(place.Logs).Order(StringComparer.Ordinal).Last();
        var named = await File.ReadAllTextAsync(Path.Combine(last, Previous)).ConfigureAwait(false);
        return named.Length > 0 ? named : null;
    }

    private static async Task BeginAsync(LogPlace place, int number, string previous)
    {
        var log = Path.Combine(place.Logs, LogLayout.LogName(number));
        Directory.CreateDirectory(log);
        using var signer = NoteSigner.Ecdsa(
            $"log-{Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(8))}", ECDsa.Create(ECCurve.NamedCurves.nistP256));
        await File.WriteAllTextAsync(Path.Combine(log, LogLayout.Keys), $"{signer.Key}\n").ConfigureAwait(false);
        await File.WriteAllTextAsync(Path.Combine(log, Previous), previous).ConfigureAwait(false);
        await File.WriteAllTextAsync(Path.Combine(place.Keys, signer.Key.Name), "").ConfigureAwait(false);
    }
}
