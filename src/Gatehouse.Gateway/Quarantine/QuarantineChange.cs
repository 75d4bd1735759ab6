using Gatehouse.Storage.Abstractions;

namespace Gatehouse.Gateway.Quarantine;

/// <summary>The outcome of a release or deletion.</summary>
/// <param name="Row">The result as it is now; null where there is none with this id.</param>
/// <param name="IsDone">True where this act changed it.</param>
/// <param name="IsTooLarge">True where the facts of the act are larger than what a row keeps. Nothing was changed.</param>
internal readonly record struct QuarantineChange(QuarantinedResultRow? Row, bool IsDone, bool IsTooLarge = false);
