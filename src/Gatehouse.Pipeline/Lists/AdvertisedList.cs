namespace Gatehouse.Pipeline.Lists;

/// <summary>What a caller was told of a list.</summary>
/// <param name="Version"><see cref="VisibleList.Version"/>.</param>
/// <param name="HadHidden">True when the list had entries that were not there for him.</param>
public sealed record AdvertisedList(ReadOnlyMemory<byte> Version, bool HadHidden);
