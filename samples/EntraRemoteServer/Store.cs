using Microsoft.AspNetCore.DataProtection;
using Microsoft.EntityFrameworkCore;

namespace EntraRemoteServer;

/// <summary>The token store in a SQLite file: hashes and sealed content of OpenIddict's tokens, and the sealed Entra tokens of each person.</summary>
internal sealed class Store(DbContextOptions<Store> options) : DbContext(options)
{
    public DbSet<EntraCache> EntraCaches => Set<EntraCache>();

    public static void Add(IServiceCollection services, Settings settings)
    {
        var folder = Directory.CreateDirectory(settings.Store);
        if (!OperatingSystem.IsWindows()) folder.UnixFileMode = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute;
        services.AddDbContextFactory<Store>(options => options.UseSqlite($"Data Source={folder.FullName}/tokens.db").UseOpenIddict());

        // CWE-312: a copy of the folder opens nothing, because the key of the certificate that opens the key ring is not in it.
        services.AddDataProtection().SetApplicationName("EntraRemoteServer").PersistKeysToFileSystem(folder.CreateSubdirectory("keys"))
            .ProtectKeysWithCertificate(settings.StoreCertificate).UnprotectKeysWithAnyCertificate(settings.StoreCertificate);
    }
}

/// <summary>MSAL's cache of one person or one exchange: SHA-256 of MSAL's key, the sealed tokens, and their end in seconds of Unix time.</summary>
internal sealed record EntraCache(string Id, byte[] Sealed, long Expires);
