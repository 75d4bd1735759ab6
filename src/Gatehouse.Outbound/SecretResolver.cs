using System.Collections.Concurrent;
using System.Runtime.CompilerServices;
using Gatehouse.Files;
using Gatehouse.Identity.Bearer;
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
    private const int LargestFile = 1 << 20;

    // By the object of a configuration, not by its text. Threat: an exchange that began before a reload still goes to the old address. If the text
    // decided, it would take the value that the new configuration gives to the same name to that address.
    private readonly ConditionalWeakTable<SecretReference, SecretText> pinned = [];

    private volatile ConcurrentDictionary<SecretReference, SecretText> values = new();

    /// <summary>Returns the secret of the reference, as it was read for the configuration that the reference is part of.</summary>
    /// <exception cref="InvalidDataException">It is missing or unreadable, or other accounts can read it. The message names the reference, never the
    /// value.</exception>
    public SecretText Resolve(SecretReference reference)
    {
        ArgumentNullException.ThrowIfNull(reference);
        if (pinned.TryGetValue(reference, out var secret)) return secret;
        if (reference.Scheme != SecretReference.Vault) return values.GetOrAdd(reference, static one => Read(new SecretUse(one.ToString(), one)));
        return values.TryGetValue(reference, out secret)
            ? secret : throw new InvalidDataException($"the secret {reference} was not read at the start or at a reload");
    }

    /// <summary>Reads secrets again, each reference once. The secrets in use stay in use until these are adopted.</summary>
    /// <returns>One value for each use, in their order.</returns>
    /// <exception cref="InvalidDataException">One is missing or unreadable, or other accounts can read it. The message names its key.</exception>
    public async Task<IReadOnlyList<KeyValuePair<SecretReference, SecretText>>> ReadAllAsync(IEnumerable<SecretUse> uses)
    {
        ArgumentNullException.ThrowIfNull(uses);
        Dictionary<SecretReference, SecretText> read = [];
        List<KeyValuePair<SecretReference, SecretText>> all = [];
        foreach (var use in uses)
        {
            if (!read.TryGetValue(use.Reference, out var value)) read.Add(use.Reference, value = await ReadUseAsync(use).ConfigureAwait(false));
            all.Add(KeyValuePair.Create(use.Reference, value));
        }

        return all;
    }

    /// <summary>Takes the secrets of the configuration that is in force now. Those of an earlier one stay with its own references.</summary>
    public void Adopt(IReadOnlyList<KeyValuePair<SecretReference, SecretText>> fresh)
    {
        ArgumentNullException.ThrowIfNull(fresh);
        foreach (var (reference, value) in fresh) pinned.AddOrUpdate(reference, value);
        values = new ConcurrentDictionary<SecretReference, SecretText>(fresh.DistinctBy(one => one.Key));
    }

    internal string HeaderValue(CredentialSettings credential) =>
        string.Concat(credential.Prefix, Resolve(credential.Value).Reveal());

    private async Task<SecretText> ReadUseAsync(SecretUse use)
    {
        try
        {
            return use.Reference.Scheme == SecretReference.Vault ? await ReadVaultAsync(use).ConfigureAwait(false) : Read(use);
        }
        catch (InvalidDataException fault)
        {
            throw new InvalidDataException($"{use.Key}: {fault.Message}", fault);
        }
    }

    private async Task<SecretText> ReadVaultAsync(SecretUse use) => vault is null
        ? throw new InvalidDataException($"the secret {use.Reference} cannot be read here, because there is no store")
        : OneLine(use, await vault.ReadAsync(use.Reference.Location).ConfigureAwait(false));

    private static SecretText Read(SecretUse use)
    {
        var reference = use.Reference;
        var text = reference.Scheme == "env" ? Environment.GetEnvironmentVariable(reference.Location) : ReadFile(reference);
        return string.IsNullOrEmpty(text)
            ? throw new InvalidDataException($"the secret {reference} is empty or missing; set it and start again")
            : OneLine(use, new SecretText(text));
    }

    private static SecretText OneLine(SecretUse use, SecretText secret) => !use.AllowsLines && secret.Reveal().IndexOfAny('\r', '\n', '\0') >= 0
        ? throw new InvalidDataException($"the secret {use.Reference} contains a line break; keep one line only")
        : secret;

    private static string? ReadFile(SecretReference reference)
    {
        try
        {
            RequirePrivate(reference);
            using var file = RegularFile.OpenRead(reference.Location); // a reload would wait for the writer of a pipe
            if (file.Length > LargestFile) throw new InvalidDataException($"the secret {reference} is larger than 1 MiB; keep one line only");
            using var reader = new StreamReader(file);
            return reader.ReadToEnd().TrimEnd('\r', '\n');
        }
        catch (Exception e) when (e is FileNotFoundException or DirectoryNotFoundException)
        {
            throw new InvalidDataException($"the secret {reference} does not exist; write the file, or mount it in a container, and start again", e);
        }
        catch (UnauthorizedAccessException e)
        {
            throw new InvalidDataException(
                $"this account may not read the secret {reference}; give it the file (chown), or its group the right to read a file of root", e);
        }
        catch (IOException e)
        {
            throw new InvalidDataException($"the secret {reference} cannot be read: {e.Message}", e);
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
