using Gatehouse.Detection.Content;

namespace Gatehouse.Detection.Messages;

/// <summary>The models of this build by place.</summary>
internal static class PassageModels
{
    private static readonly PassageModel Messages = new(ContentFile.Default, ContentFile.Default.Threshold, ContentFile.Default.Threshold + 0.2,
        ContentFile.Default.Threshold + 0.5);

    public static PassageModel For(MessagePlace place) => place switch
    {
        _ => Messages,
    };
}
