using Microsoft.EntityFrameworkCore;

namespace Gatehouse.Peers.Providers;

/// <summary>The tables of OpenIddict, in memory.</summary>
internal sealed class ProviderStore(DbContextOptions<ProviderStore> options) : DbContext(options);
