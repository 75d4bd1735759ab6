using System.Collections.Concurrent;
using Gatehouse.Identity.Bearer;
using Gatehouse.Isolation.Files;
using Gatehouse.Settings;

namespace Gatehouse.Outbound;

/// <summary>
/// The resolver of <c>env:</c>, <c>file:</c> and <c>vault:</c> references, at start and at reload.
/// A missing secret is a fault then, and not only at the first call.
/// Values have a type that cannot be printed.
/// </summary>
/// <param name="vault">The secrets of the store; null where there is none.</param>
public sealed class SecretResolver(ISecretVault? vault = null)
{
    private volatile ConcurrentDictionary<SecretReference, SecretText> values = new();
    private volatile ConcurrentDictionary<SecretReference, SecretText> former = new();

    /// <summary>Returns the secret of the reference.</summary>
    /// <exception cref="InvalidDataException">It is missing or unreadable, or other accounts can read it. The message names the reference, never the
    /// value.</exception>
    public SecretText Resolve(SecretReference reference)
    {
        ArgumentNullException.ThrowIfNull(reference);
        if (reference.Scheme != SecretReference.Vault) return values.GetOrAdd(reference, Read);
        // An exchange that began before a reload can still name a secret that the new configuration does not.
        return values.TryGetValue(reference, out var secret) || former.TryGetValue(reference, out secret)
            ? secret : throw new InvalidDataException($"the secret {reference} was not read at the start or at a reload");
    }

    /// <summary>Reads secrets again. The secrets in use stay in use until these are adopted.</summary>
    /// <exception cref="InvalidDataException">One is missing or unreadable, or other accounts can read it. The message names its key.</exception>
    public async Task<IReadOnlyDictionary<SecretReference, SecretText>> ReadAllAsync(IEnumerable<SecretUse> uses)
    {
        ArgumentNullException.ThrowIfNull(uses);
        Dictionary<SecretReference, SecretText> read = [];
        foreach (var use in uses.DistinctBy(use => use.Reference)) read.Add(use.Reference, await ReadUseAsync(use).ConfigureAwait(false));
        return read;
    }

    /// <summary>Replaces all secrets with those that were read.</summary>
    public void Adopt(IReadOnlyDictionary<SecretReference, SecretText> fresh)
    {
        former = values;
        values = new ConcurrentDictionary<SecretReference, SecretText>(fresh);
    }

    internal string HeaderValue(CredentialSettings credential) =>
        string.Concat(credential.Prefix, Resolve(credential.Value).Reveal());

    private async Task<SecretText> ReadUseAsync(SecretUse use)
    {
        try
        {
            return use.Reference.Scheme == SecretReference.Vault ? await ReadVaultAsync(use.Reference).ConfigureAwait(false) : Read(use.Reference);
        }
        catch (InvalidDataException fault)
        {
            throw new InvalidDataException($"{use.Key}: {fault.Message}", fault);
        }
    }

    private async Task<SecretText> ReadVaultAsync(SecretReference reference) => vault is null
        ? throw new InvalidDataException($"the secret {reference} cannot be read here, because there is no store")
        : OneLine(reference, await vault.ReadAsync(reference.Location).ConfigureAwait(false));

    private static SecretText Read(SecretReference reference)
    {
        var text = reference.Scheme == "env" ? Environment.GetEnvironmentVariable(reference.Location) : ReadFile(reference);
        return string.IsNullOrEmpty(text)
            ? throw new InvalidDataException($"the secret {reference} is empty or missing; set it and start again")
            : OneLine(reference, new SecretText(text));
    }

    private static SecretText OneLine(SecretReference reference, SecretText secret) => secret.Reveal().IndexOfAny('\r', '\n', '\0') >= 0
        ? throw new InvalidDataException($"the secret {reference} contains a line break; keep one line only")
        : secret;

    private static string? ReadFile(SecretReference reference)
    {
        try
        {
            RequirePrivate(reference);
            return File.ReadAllText(reference.Location).TrimEnd('\r', '\n');
        }
        catch (IOException)
        {
            return null;
        }
        catch (UnauthorizedAccessException)
        {
            return null;
        }
    }

    // Threat: another account of this machine reads the secret. The gateway reads a file of its own account as the owner, so a group with read access
    // contains only others. A file of another owner comes from an orchestrator that grants access by a group (a Kubernetes secret with fsGroup, a
    // credential of systemd with an access list). There the group is the only way, and the orchestrator decides who is in it.
    private static void RequirePrivate(SecretReference reference)
    {
        if (OperatingSystem.IsWindows()) return;
        var mode = File.GetUnixFileMode(reference.Location);
        if (mode.HasFlag(UnixFileMode.OtherRead))
            throw new InvalidDataException($"the secret {reference} can be read by everybody; run: chmod o-r {reference.Location}");
        if (mode.HasFlag(UnixFileMode.GroupRead) && (PosixFile.UserOf(reference.Location) is not { } owner || owner == PosixFile.CurrentUser))
            throw new InvalidDataException($"the secret {reference} can be read by a group; run: chmod g-r {reference.Location}");
    }
}
