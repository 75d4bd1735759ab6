using Microsoft.Identity.Client;
using Microsoft.Identity.Client.Extensions.Msal;

namespace EntraLocalServer;

/// <summary>Keeps the tokens over restarts: under the key of the account (Windows), in the keychain (macOS) or the keyring (Linux).</summary>
public static class TokenCache
{
    private const string FileName = "tokens.cache";
    private const string Name = "entra-local-server";

    /// <summary>Gives a client its cache.</summary>
    /// <exception cref="MsalCachePersistenceException">The folder is open to others, or nothing can be written.</exception>
    public static async Task ProtectAsync(IPublicClientApplication client, string folder)
    {
        MakePrivate(folder);
        var helper = await MsalCacheHelper.CreateAsync(new StorageCreationPropertiesBuilder(FileName, folder)
            .WithMacKeyChain(Name, Name)
            .WithLinuxKeyring(Name, MsalCacheHelper.LinuxKeyRingDefaultCollection, "Tokens of an MCP server", new("server", Name), new("version", "1"))
            .Build());
        try
        {
            helper.VerifyPersistence();
        }
        catch (MsalCachePersistenceException) when (OperatingSystem.IsLinux())
        {
            // No keyring, as on most servers and in containers. The file is for this account alone (CWE-922), and the person learns about it.
            await Console.Error.WriteLineAsync($"EntraLocalServer: there is no keyring. Tokens are kept in {Path.Join(folder, FileName)}, readable by this account only.");
            await MakePrivateFileAsync(Path.Join(folder, FileName));
            helper = await MsalCacheHelper.CreateAsync(new StorageCreationPropertiesBuilder(FileName, folder).WithLinuxUnprotectedFile().Build());
        }

        helper.RegisterCache(client.UserTokenCache);
    }

    private static void MakePrivate(string folder)
    {
        if (OperatingSystem.IsWindows()) return;
        const UnixFileMode Own = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute;
        Directory.CreateDirectory(folder, Own);
        if ((File.GetUnixFileMode(folder) & ~Own) != 0)
            throw new MsalCachePersistenceException($"Other accounts can open {folder}. Run: chmod 700 '{folder}'.");
    }

    private static async Task MakePrivateFileAsync(string file)
    {
        const UnixFileMode Own = UnixFileMode.UserRead | UnixFileMode.UserWrite;
        if (!OperatingSystem.IsLinux()) return;
        await using var created = new FileStream(
            file, new FileStreamOptions { Mode = FileMode.OpenOrCreate, Access = FileAccess.Write, UnixCreateMode = Own });
        File.SetUnixFileMode(created.SafeFileHandle, Own);
    }
}
