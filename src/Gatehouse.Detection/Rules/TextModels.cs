using Gatehouse.Detection.Content;
using Gatehouse.Detection.Model;

namespace Gatehouse.Detection.Rules;

/// <summary>The learned models that judge a text.</summary>
/// <param name="Sentences">The model of sentences and their concepts.</param>
/// <param name="Passages">The model of whole passages; null for none.</param>
internal sealed record TextModels(LinearModel Sentences, ContentModel? Passages)
{
    /// <summary>The models of this build.</summary>
    public static TextModels Default { get; } = new(ModelFile.Default, ContentFile.Default);
}
